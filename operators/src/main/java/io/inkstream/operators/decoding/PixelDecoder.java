package io.inkstream.operators.decoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.RejectionReason;

/**
 * Turns an image's bytes into 28 × 28 grey pixels, row by row, 0 for background and 255 for ink.
 *
 * <p>Grey of that size passes as it is; everything else is made like MNIST by {@link DigitNormalizer}. docs/images.md tells
 * users.
 */
final class PixelDecoder {

    static final int SIDE = 28;
    static final int PIXELS = SIDE * SIDE;

    private PixelDecoder() {}

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
        ByteString pixels = image.getPixels();
        if (image.getWidth() == SIDE && image.getHeight() == SIDE && pixels.size() == PIXELS) {
            return pixels;
        }
        long width = Integer.toUnsignedLong(image.getWidth());
        long height = Integer.toUnsignedLong(image.getHeight());
        Picture.requireSize(width, height);
        if (pixels.size() != width * height) {
            throw new UnusableRecordException(
                    RejectionReason.WRONG_SIZE,
                    "a GRAY8 image of %d × %d has %d bytes, this one has %d"
                            .formatted(width, height, width * height, pixels.size()));
        }
        return normalized(new Picture((int) width, (int) height, pixels.toByteArray(), true));
    }

    /** @param encoding PNG or JPEG */
    static ByteString compressed(Encoding encoding, ByteString bytes) throws UnusableRecordException {
        Picture picture = PictureReader.read(encoding, bytes);
        boolean isReady = picture.plain() && picture.width() == SIDE && picture.height() == SIDE;
        return isReady ? UnsafeByteOperations.unsafeWrap(picture.gray()) : normalized(picture);
    }

    private static ByteString normalized(Picture picture) throws UnusableRecordException {
        return UnsafeByteOperations.unsafeWrap(DigitNormalizer.normalize(picture));
    }
}
