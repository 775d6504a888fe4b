package io.inkstream.operators.decoding;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.RejectionReason;
import java.nio.ByteBuffer;

/**
 * Reduces a JPEG to what its pixels need, before ImageIO sees it: tables, one frame and its scans. Profiles, thumbnails,
 * comments and whatever follows the end are left out.
 *
 * <p>Markers as in ITU-T T.81, annex B; the two application segments that tell colours apart, JFIF and Adobe, as in T.871
 * and T.872.
 */
final class JpegCheck {
    /**
     * Each scan of a progressive JPEG may cost as much as the whole picture and take 20 bytes. Encoders make about ten.
     */
    static final int MAX_SCANS = 32;

    private static final byte[] JFIF = {
        (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };
    private static final int MIN_FRAME_BYTES = 8;
    private static final int MIN_ADOBE_BYTES = 14;

    private final ByteBuffer in;
    private final ByteBuffer out;
    private boolean hasJfif;
    private boolean hasFrame;
    private int scans;

    private JpegCheck(ByteString jpeg) {
        in = jpeg.asReadOnlyByteBuffer();
        // A JFIF segment may come out longer than it went in.
        out = ByteBuffer.allocate(jpeg.size() + JFIF.length);
    }

    /**
     * The JPEG with nothing in it but its picture.
     *
     * @return from its array's beginning to its position
     */
    static ByteBuffer essence(ByteString jpeg) throws UnusableRecordException {
        JpegCheck check = new JpegCheck(jpeg);
        check.walk();
        return check.out;
    }

    private void walk() throws UnusableRecordException {
        copy(2);
        int marker = marker();
        while (marker != 0xD9) {
            segment(marker);
            marker = marker();
        }
        if (scans == 0) {
            throw refused("it has no pixels: no scan");
        }
        out.put((byte) 0xFF).put((byte) 0xD9);
    }

    /** The next marker; what stands before it and may be left out is skipped. */
    private int marker() throws UnusableRecordException {
        int first = next();
        int marker = next();
        while (marker == 0xFF) {
            marker = next();
        }
        if (first != 0xFF) {
            throw refused(
                    "something other than a marker stands at byte %d: it was damaged".formatted(in.position() - 2));
        }
        return marker;
    }

    private int next() throws UnusableRecordException {
        if (!in.hasRemaining()) {
            throw refused("it ends before its end marker: it was cut");
        }
        return in.get() & 0xFF;
    }

    private void segment(int marker) throws UnusableRecordException {
        int length = next() << 8 | next();
        if (length < 2 || length - 2 > in.remaining()) {
            throw refused("its segment %02X claims %d bytes where %d are left: it was cut or damaged"
                    .formatted(marker, length, in.remaining() + 2));
        }
        in.position(in.position() - 2);
        switch (marker) {
            case 0xC0, 0xC1, 0xC2 -> frame(marker, length);
            case 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF ->
                throw unsupported("a lossless, hierarchical or arithmetic-coded JPEG is not read");
            case 0xC4, 0xDB, 0xDD -> keep(marker, length);
            case 0xDA -> scan(length);
            case 0xE0, 0xEE -> application(marker, length);
            case 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC, 0xED, 0xEF, 0xFE ->
                in.position(in.position() + length);
            default -> throw refused("its marker %02X has no place there: it was damaged".formatted(marker));
        }
    }

    private void frame(int marker, int length) throws UnusableRecordException {
        if (hasFrame || length < MIN_FRAME_BYTES) {
            throw refused(hasFrame ? "it has two frames" : "its frame is too short: it was damaged");
        }
        hasFrame = true;
        int start = in.position();
        Picture.requireSize(Short.toUnsignedInt(in.getShort(start + 5)), Short.toUnsignedInt(in.getShort(start + 3)));
        int components = in.get(start + 7);
        if (components == 4) {
            throw unsupported("a CMYK JPEG is not read");
        }
        if (in.get(start + 2) != 8 || (components != 1 && components != 3)) {
            throw unsupported("a JPEG of %d bits and %d components is not read"
                    .formatted(in.get(start + 2) & 0xFF, components & 0xFF));
        }
        keep(marker, length);
    }

    private void scan(int length) throws UnusableRecordException {
        if (!hasFrame) {
            throw refused("its pixels come before its frame: it was damaged");
        }
        if (++scans > MAX_SCANS) {
            throw refused("it has more than %d scans; save it as a baseline JPEG".formatted(MAX_SCANS));
        }
        keep(0xDA, length);
        int start = in.position();
        int end = start;
        while (!isMarker(end)) {
            end++;
        }
        copy(end - start);
    }

    /** Whether a marker stands there that ends a scan: neither a stuffed FF nor a restart. */
    private boolean isMarker(int at) throws UnusableRecordException {
        if (at + 1 >= in.limit()) {
            throw refused("it ends within its pixels: it was cut");
        }
        int marker = in.get(at + 1) & 0xFF;
        return in.get(at) == (byte) 0xFF && marker != 0 && marker != 0xFF && (marker < 0xD0 || marker > 0xD7);
    }

    private void application(int marker, int length) throws UnusableRecordException {
        if (marker == 0xE0 && begins("JFIF\0")) {
            // Once: many short ones would come out longer than they went in.
            if (!hasJfif) {
                out.put(JFIF);
            }
            hasJfif = true;
            in.position(in.position() + length);
        } else if (marker == 0xEE && length >= MIN_ADOBE_BYTES && begins("Adobe")) {
            keep(marker, length);
        } else {
            in.position(in.position() + length);
        }
    }

    private boolean begins(String text) {
        byte[] name = text.getBytes(US_ASCII);
        return in.remaining() >= name.length + 2
                && in.slice(in.position() + 2, name.length).equals(ByteBuffer.wrap(name));
    }

    private void keep(int marker, int length) {
        out.put((byte) 0xFF).put((byte) marker);
        copy(length);
    }

    private void copy(int length) {
        out.put(in.slice(in.position(), length));
        in.position(in.position() + length);
    }

    private static UnusableRecordException unsupported(String what) {
        return new UnusableRecordException(
                RejectionReason.UNSUPPORTED_ENCODING,
                what + ": convert it to PNG or to a baseline JPEG of grey or RGB");
    }

    private static UnusableRecordException refused(String why) {
        return new UnusableRecordException(RejectionReason.UNDECODABLE_IMAGE, "the JPEG cannot be decoded: " + why);
    }
}
