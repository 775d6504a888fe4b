package io.inkstream.operators.decoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Turns an image's bytes into 28 × 28 grey pixels, row by row, 0 for background and 255 for ink.
 *
 * <p>Grey pixels pass as they are. PNG and JPEG are looked at before they are decoded: a header that claims another size
 * is refused, whatever the rest holds.
 */
final class PixelDecoder {

    static final int SIDE = 28;
    static final int PIXELS = SIDE * SIDE;

    private static final ByteString PNG_MAGIC =
            ByteString.copyFrom(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    private static final ByteString JPEG_MAGIC =
            ByteString.copyFrom(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF});

    static {
        // Or each image would go through a temporary file.
        ImageIO.setUseCache(false);
    }

    private PixelDecoder() {}

    /** PNG or JPEG by the first bytes; {@link Encoding#ENCODING_UNSPECIFIED} for anything else. */
    static Encoding sniff(ByteString bytes) {
        if (bytes.startsWith(PNG_MAGIC)) {
            return Encoding.PNG;
        }
        return bytes.startsWith(JPEG_MAGIC) ? Encoding.JPEG : Encoding.ENCODING_UNSPECIFIED;
    }

    static ByteString decode(Image image) throws UnusableRecordException {
        if (image.getPixels().isEmpty()) {
            throw new UnusableRecordException(RejectionReason.MISSING_IMAGE, "the image has no pixels");
        }
        return switch (image.getEncoding()) {
            case GRAY8 -> gray8(image);
            case PNG, JPEG -> compressed(image.getEncoding(), image.getPixels());
            default ->
                throw new UnusableRecordException(
                        RejectionReason.UNSUPPORTED_ENCODING,
                        "encoding %d is unknown: use GRAY8, PNG or JPEG".formatted(image.getEncodingValue()));
        };
    }

    private static ByteString gray8(Image image) throws UnusableRecordException {
        requireSide(image.getWidth(), image.getHeight());
        if (image.getPixels().size() != PIXELS) {
            throw new UnusableRecordException(
                    RejectionReason.WRONG_SIZE,
                    "a GRAY8 image of 28 × 28 has 784 bytes, this one has %d"
                            .formatted(image.getPixels().size()));
        }
        return image.getPixels();
    }

    static ByteString compressed(Encoding encoding, ByteString bytes) throws UnusableRecordException {
        if (sniff(bytes) != encoding) {
            throw new UnusableRecordException(
                    RejectionReason.UNDECODABLE_IMAGE, "the bytes do not begin like a " + encoding);
        }
        ImageReader reader = reader(encoding);
        try (ImageInputStream stream = new MemoryCacheImageInputStream(bytes.newInput())) {
            // Metadata is skipped: a text chunk can hold far more than the picture.
            reader.setInput(stream, true, true);
            requireSide(reader.getWidth(0), reader.getHeight(0));
            return gray(reader.read(0));
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers answer broken files with any RuntimeException.
            throw new UnusableRecordException(
                    RejectionReason.UNDECODABLE_IMAGE,
                    "the %s cannot be decoded: %s".formatted(encoding, e.getMessage()));
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader reader(Encoding encoding) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(encoding.name());
        return readers.next();
    }

    /** Luma by ITU-R BT.601, what JPEG itself uses; for a grey picture exactly its samples, of 16 bits the upper 8. */
    private static ByteString gray(BufferedImage picture) {
        byte[] gray = new byte[PIXELS];
        ColorModel model = picture.getColorModel();
        // Not through getRGB: it takes stored grey for linear light and makes it brighter.
        boolean isGray = model instanceof ComponentColorModel && model.getNumColorComponents() == 1;
        int shift = model.getComponentSize(0) - 8;
        for (int i = 0; i < PIXELS; i++) {
            int x = i % SIDE;
            int y = i / SIDE;
            gray[i] = (byte) (isGray ? picture.getRaster().getSample(x, y, 0) >> shift : luma(picture.getRGB(x, y)));
        }
        return UnsafeByteOperations.unsafeWrap(gray);
    }

    private static int luma(int rgb) {
        int red = (rgb >> 16) & 0xFF;
        int green = (rgb >> 8) & 0xFF;
        int blue = rgb & 0xFF;
        return (299 * red + 587 * green + 114 * blue + 500) / 1000;
    }

    private static void requireSide(int width, int height) throws UnusableRecordException {
        if (width != SIDE || height != SIDE) {
            throw new UnusableRecordException(
                    RejectionReason.WRONG_SIZE,
                    "the image is %s × %s pixels, 28 × 28 is needed"
                            .formatted(Integer.toUnsignedString(width), Integer.toUnsignedString(height)));
        }
    }
}
