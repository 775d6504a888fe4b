package io.inkstream.gateway;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Reads the images out of a request: a bare PNG or JPEG, raw pixels, or JSON with paths, base64 or numbers; one or many.
 *
 * <p>What a body is, its first bytes tell and not its content type: clients of the earlier service, and {@code curl -d}, send
 * JSON as a form.
 */
final class ImageRequest {
    static final int SIDE = 28;
    static final String FORMS =
            "send a PNG or JPEG, 784 bytes of grey pixels, or JSON: {\"image_path\": …}, {\"image\": base64},"
                    + " {\"pixels\": […]} or {\"images\": [ … ]}";

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    private final Limits limits;
    private final BiFunction<String, Integer, byte[]> files;
    private int bytesOfFiles;

    /**
     * The images, without ids and sources.
     *
     * @param many whether the client asked for several, and expects a list
     */
    record Parsed(List<Image> images, boolean many) {}

    /**
     * Of one request.
     *
     * @param files reads a file that a client may name, up to so many bytes
     */
    ImageRequest(Limits limits, BiFunction<String, Integer, byte[]> files) {
        this.limits = limits;
        this.files = files;
    }

    /** @throws ProblemException for what is none of these */
    Parsed parse(Call call) {
        byte[] body = call.body();
        if (body.length == 0) {
            throw ProblemException.badRequest("the body is empty", FORMS);
        }
        if (starts(body, PNG) || starts(body, JPEG)) {
            return one(compressed(body));
        }
        byte first = firstInk(body);
        if (call.contentType().equals("application/octet-stream") || (first != '{' && first != '[')) {
            return one(raw(call, body));
        }
        return JsonImages.parse(body, limits, this);
    }

    private static byte firstInk(byte[] body) {
        for (byte b : body) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
        }
        return 0;
    }

    private static Parsed one(Image image) {
        return new Parsed(List.of(image), false);
    }

    private Image raw(Call call, byte[] body) {
        int width = call.query("width", SIDE, 1, 1 << 14);
        int height = call.query("height", SIDE, 1, 1 << 14);
        if (body.length != (long) width * height) {
            throw new ProblemException(
                    415,
                    "the body is neither PNG, JPEG nor JSON, and has %d bytes where %d × %d pixels are %d"
                            .formatted(body.length, width, height, (long) width * height),
                    FORMS + "; the size of pixels, if not 28 × 28: ?width=…&height=…");
        }
        return gray(width, height, body);
    }

    Image gray(int width, int height, byte[] pixels) {
        requireSize(pixels);
        return Image.newBuilder()
                .setEncoding(Encoding.GRAY8)
                .setWidth(width)
                .setHeight(height)
                .setPixels(ByteString.copyFrom(pixels))
                .build();
    }

    private Image compressed(byte[] bytes) {
        requireSize(bytes);
        return Image.newBuilder()
                .setEncoding(starts(bytes, PNG) ? Encoding.PNG : Encoding.JPEG)
                .setPixels(ByteString.copyFrom(bytes))
                .build();
    }

    private void requireSize(byte[] bytes) {
        if (bytes.length > limits.imageBytes()) {
            throw ProblemException.tooLarge(
                    "the image has %d bytes, at most %d are taken".formatted(bytes.length, limits.imageBytes()),
                    "make it smaller: a digit needs few pixels");
        }
    }

    /** A short list of names could otherwise fill the memory. */
    Image file(String path) {
        byte[] bytes = files.apply(path, limits.imageBytes());
        bytesOfFiles += bytes.length;
        if (bytesOfFiles > limits.imageBytes()) {
            throw ProblemException.tooLarge(
                    "the files of one request have more than %d bytes".formatted(limits.imageBytes()),
                    "name fewer at a time");
        }
        return known(bytes, "'%s'".formatted(Words.cut(path)));
    }

    Image base64(String text) {
        String data = text.startsWith("data:") ? text.substring(text.indexOf(',') + 1) : text;
        try {
            return known(Base64.getMimeDecoder().decode(data), "what stands in base64");
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("an image is no base64: " + Words.of(e), FORMS);
        }
    }

    private Image known(byte[] bytes, String what) {
        if (starts(bytes, PNG) || starts(bytes, JPEG)) {
            return compressed(bytes);
        }
        if (bytes.length == SIDE * SIDE) {
            return gray(SIDE, SIDE, bytes);
        }
        throw new ProblemException(
                415, what + " is neither a PNG, a JPEG nor 784 grey pixels", "convert it to PNG or JPEG");
    }

    /** A PNG or a JPEG. */
    static boolean isPicture(byte[] bytes) {
        return isPng(bytes) || starts(bytes, JPEG);
    }

    static boolean isPng(byte[] bytes) {
        return starts(bytes, PNG);
    }

    private static boolean starts(byte[] bytes, byte[] magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (bytes[i] != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
