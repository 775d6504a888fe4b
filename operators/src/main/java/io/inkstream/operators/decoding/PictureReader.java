package io.inkstream.operators.decoding;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads a PNG or JPEG from whomever, in bounded memory and time.
 *
 * <p>ImageIO gets to see only what {@link PngCheck} or {@link JpegCheck} has gone through and left of it, and a warning of
 * its is as good as an error: its JPEG reader fills up what is missing and goes on.
 */
final class PictureReader {

    private PictureReader() {}

    /** @param encoding PNG or JPEG */
    static Picture read(Encoding encoding, ByteString bytes) throws UnusableRecordException {
        if (Magic.encoding(bytes) != encoding) {
            throw Magic.foreign(bytes)
                    .map(format -> new UnusableRecordException(
                            RejectionReason.UNSUPPORTED_ENCODING,
                            "the bytes are not %s but %s: convert to PNG or JPEG".formatted(encoding, format)))
                    .orElseGet(() -> new UnusableRecordException(
                            RejectionReason.UNDECODABLE_IMAGE, "the bytes do not begin like a " + encoding));
        }
        ByteBuffer essence = encoding == Encoding.PNG ? PngCheck.essence(bytes) : JpegCheck.essence(bytes);
        return GrayPictures.of(decode(encoding, essence));
    }

    private static BufferedImage decode(Encoding encoding, ByteBuffer essence) throws UnusableRecordException {
        ImageReader reader =
                ImageIO.getImageReadersByFormatName(encoding.name()).next();
        String[] warning = new String[1];
        reader.addIIOReadWarningListener((source, text) -> warning[0] = text);
        BufferedImage picture;
        try (ImageInputStream stream = new MemoryCacheImageInputStream(
                new ByteArrayInputStream(essence.array(), essence.arrayOffset(), essence.position()))) {
            reader.setInput(stream, true, true);
            // What is decoded is what was checked.
            Picture.requireSize(reader.getWidth(0), reader.getHeight(0));
            picture = reader.read(0);
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers answer broken files with any RuntimeException.
            throw undecodable(encoding, reason(e));
        } finally {
            reader.dispose();
        }
        if (warning[0] != null) {
            throw undecodable(encoding, warning[0]);
        }
        return picture;
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? "it was cut or damaged" : e.getMessage();
    }

    private static UnusableRecordException undecodable(Encoding encoding, String why) {
        return new UnusableRecordException(
                RejectionReason.UNDECODABLE_IMAGE, "the %s cannot be decoded: %s".formatted(encoding, why));
    }
}
