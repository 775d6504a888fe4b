package io.inkstream.operators.decoding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.RejectionReason;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Reduces a PNG to what its pixels need, before ImageIO sees it: header, palette, transparency and pixels, each with the
 * checksum it says. Text, profiles and times, which can inflate to far more than the picture, never come that far.
 *
 * <p>Chunks as in the W3C's Portable Network Graphics Specification, third edition, section 5.
 */
final class PngCheck {
    private static final int MAGIC_BYTES = 8;
    private static final int HEADER_BYTES = 13;
    /** A chunk's length, name and checksum. */
    private static final int FRAME_BYTES = 12;

    private final ByteBuffer in;
    private final ByteBuffer out;
    private boolean hasPixels;

    private PngCheck(ByteString png) {
        in = png.asReadOnlyByteBuffer();
        out = ByteBuffer.allocate(png.size());
    }

    /**
     * The PNG with nothing in it but its picture.
     *
     * @return from its array's beginning to its position
     */
    static ByteBuffer essence(ByteString png) throws UnusableRecordException {
        PngCheck check = new PngCheck(png);
        check.walk();
        return check.out;
    }

    private void walk() throws UnusableRecordException {
        copy(0, MAGIC_BYTES);
        header();
        String name;
        do {
            if (in.remaining() < FRAME_BYTES) {
                throw refused("it ends before its last chunk, IEND: it was cut");
            }
            name = name(in.position());
            long length = Integer.toUnsignedLong(in.getInt(in.position()));
            if (length > in.remaining() - FRAME_BYTES) {
                throw refused("its chunk %s claims %d bytes where %d are left: it was cut or damaged"
                        .formatted(printable(name), length, in.remaining() - FRAME_BYTES));
            }
            chunk(name, (int) length);
        } while (!name.equals("IEND"));
        if (!hasPixels) {
            throw refused("it has no pixels: no chunk IDAT");
        }
    }

    private void header() throws UnusableRecordException {
        int start = in.position();
        if (in.remaining() < FRAME_BYTES + HEADER_BYTES) {
            throw refused("it ends within its header: it was cut");
        }
        if (in.getInt(start) != HEADER_BYTES || !name(start).equals("IHDR")) {
            throw refused("it does not begin with a header, IHDR");
        }
        // Before the checksum: whoever lies about the size is told the limits.
        Picture.requireSize(
                Integer.toUnsignedLong(in.getInt(start + 8)), Integer.toUnsignedLong(in.getInt(start + 12)));
        keep("IHDR", HEADER_BYTES);
    }

    private void chunk(String name, int length) throws UnusableRecordException {
        switch (name) {
            case "IDAT" -> {
                hasPixels = true;
                keep(name, length);
            }
            case "PLTE", "tRNS", "IEND" -> keep(name, length);
            case "acTL" ->
                throw new UnusableRecordException(
                        RejectionReason.UNSUPPORTED_ENCODING, "an animated PNG is not read: send one of its pictures");
            default -> {
                // A capital first letter says that the picture cannot be understood without.
                if (name.charAt(0) < 'a' || name.charAt(0) > 'z') {
                    throw refused("its chunk %s is unknown".formatted(printable(name)));
                }
                in.position(in.position() + length + FRAME_BYTES);
            }
        }
    }

    private void keep(String name, int length) throws UnusableRecordException {
        int start = in.position();
        CRC32 crc = new CRC32();
        crc.update(in.slice(start + 4, length + 4));
        if ((int) crc.getValue() != in.getInt(start + 8 + length)) {
            throw refused("the checksum of its chunk %s is wrong: it was damaged".formatted(name));
        }
        copy(start, length + FRAME_BYTES);
    }

    private void copy(int from, int length) {
        out.put(in.slice(from, length));
        in.position(from + length);
    }

    private String name(int chunk) {
        byte[] name = new byte[4];
        in.get(chunk + 4, name);
        return new String(name, ISO_8859_1);
    }

    private static String printable(String name) {
        return name.chars().allMatch(c -> c > ' ' && c < 0x7F) ? name : "without a name";
    }

    private static UnusableRecordException refused(String why) {
        return new UnusableRecordException(RejectionReason.UNDECODABLE_IMAGE, "the PNG cannot be decoded: " + why);
    }
}
