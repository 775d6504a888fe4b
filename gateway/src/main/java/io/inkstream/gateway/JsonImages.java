package io.inkstream.gateway;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.inkstream.schemas.v1.Image;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads images out of JSON while it is being parsed. A tree of it would take forty times the body, in which each number is an
 * object; here nothing is kept but the images' bytes, each within its limit.
 */
final class JsonImages {
    private static final int FLAT = ImageRequest.SIDE * ImageRequest.SIDE;

    private final Limits limits;
    private final ImageRequest request;
    private final JsonReader json;

    private JsonImages(Limits limits, ImageRequest request, JsonReader json) {
        this.limits = limits;
        this.request = request;
        this.json = json;
    }

    /** @throws ProblemException for what is no JSON, or holds no image */
    static ImageRequest.Parsed parse(byte[] body, Limits limits, ImageRequest request) {
        return Json.read(body, json -> new JsonImages(limits, request, json).parsed());
    }

    private ImageRequest.Parsed parsed() throws IOException {
        return json.peek() == JsonToken.BEGIN_ARRAY ? many() : object(true);
    }

    /** @param outermost where it may hold a list of images */
    private ImageRequest.Parsed object(boolean outermost) throws IOException {
        Optional<ImageRequest.Parsed> found = Optional.empty();
        json.beginObject();
        while (json.hasNext()) {
            Optional<ImageRequest.Parsed> next = field(json.nextName(), outermost);
            if (found.isPresent() && next.isPresent()) {
                throw ProblemException.badRequest("an image is given in two ways", ImageRequest.FORMS);
            }
            found = found.or(() -> next);
        }
        json.endObject();
        return found.orElseThrow(() -> ProblemException.badRequest("there is no image in it", ImageRequest.FORMS));
    }

    private Optional<ImageRequest.Parsed> field(String name, boolean outermost) throws IOException {
        boolean isImage = name.equals("image_path") || name.equals("image") || name.equals("pixels");
        boolean isList = outermost && name.equals("images");
        if (json.peek() == JsonToken.NULL || !(isImage || isList)) {
            json.skipValue();
            return Optional.empty();
        }
        return Optional.of(
                switch (name) {
                    case "image_path" -> one(request.file(text(name)));
                    case "image" -> one(request.base64(text(name)));
                    case "pixels" -> one(pixels());
                    default -> many();
                });
    }

    private static ImageRequest.Parsed one(Image image) {
        return new ImageRequest.Parsed(List.of(image), false);
    }

    private String text(String name) throws IOException {
        if (json.peek() != JsonToken.STRING) {
            throw ProblemException.badRequest("%s is no string".formatted(name), "send it as a string");
        }
        return json.nextString();
    }

    private ImageRequest.Parsed many() throws IOException {
        requireList("images");
        List<Image> images = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            if (images.size() == limits.images()) {
                throw ProblemException.tooLarge(
                        "more images in one request than the %d that are taken".formatted(limits.images()),
                        "send fewer at a time");
            }
            images.add(element());
        }
        json.endArray();
        if (images.isEmpty()) {
            throw ProblemException.badRequest("there are no images in the list", ImageRequest.FORMS);
        }
        return new ImageRequest.Parsed(List.copyOf(images), true);
    }

    private Image element() throws IOException {
        return switch (json.peek()) {
            case BEGIN_OBJECT -> object(false).images().get(0);
            case BEGIN_ARRAY -> pixels();
            case STRING -> request.base64(json.nextString());
            default ->
                throw ProblemException.badRequest(
                        "an image is neither object, list of pixels nor base64", ImageRequest.FORMS);
        };
    }

    /** In rows of equal length, or flat, of 28 × 28. */
    private Image pixels() throws IOException {
        requireList("pixels");
        json.beginArray();
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        Image image = json.peek() == JsonToken.BEGIN_ARRAY ? rows(pixels) : flat(pixels);
        json.endArray();
        return image;
    }

    private void requireList(String what) throws IOException {
        if (json.peek() != JsonToken.BEGIN_ARRAY) {
            throw ProblemException.badRequest("%s is no list".formatted(what), ImageRequest.FORMS);
        }
    }

    private Image flat(ByteArrayOutputStream pixels) throws IOException {
        int numbers = 0;
        for (; json.hasNext() && numbers <= FLAT; numbers++) {
            pixels.write(number(numbers));
        }
        if (numbers != FLAT) {
            throw ProblemException.badRequest(
                    "pixels has %s numbers".formatted(numbers > FLAT ? "more than " + FLAT : numbers),
                    "give 784 of them, or rows: [[…], […], …] of any size");
        }
        return request.gray(ImageRequest.SIDE, ImageRequest.SIDE, pixels.toByteArray());
    }

    private Image rows(ByteArrayOutputStream pixels) throws IOException {
        int width = -1;
        int height = 0;
        for (; json.hasNext(); height++) {
            int numbers = json.peek() == JsonToken.BEGIN_ARRAY ? row(pixels) : 0;
            width = height == 0 ? numbers : width;
            if (numbers == 0 || numbers != width) {
                throw ProblemException.badRequest(
                        "row %d of pixels is empty, no list, or not as long as the first, which has %d"
                                .formatted(height, width),
                        "make all rows equally long");
            }
        }
        return request.gray(width, height, pixels.toByteArray());
    }

    /** Returns how long it is. */
    private int row(ByteArrayOutputStream pixels) throws IOException {
        int before = pixels.size();
        json.beginArray();
        while (json.hasNext()) {
            if (pixels.size() == limits.imageBytes()) {
                throw ProblemException.tooLarge(
                        "an image has more than the %d pixels that are taken".formatted(limits.imageBytes()),
                        "make it smaller: a digit needs few pixels");
            }
            pixels.write(number(pixels.size() - before));
        }
        json.endArray();
        return pixels.size() - before;
    }

    private int number(int index) throws IOException {
        boolean isNumber = json.peek() == JsonToken.NUMBER;
        String text = isNumber || json.peek() == JsonToken.STRING
                ? json.nextString()
                : json.peek().toString();
        double value = isNumber ? Double.parseDouble(text) : -1;
        if (value < 0 || value > 255 || value != Math.rint(value)) {
            throw ProblemException.badRequest(
                    "pixel %d is %s".formatted(index, Words.cut(text)),
                    "give whole numbers from 0 (paper) to 255 (ink); multiply fractions by 255");
        }
        return (int) value;
    }
}
