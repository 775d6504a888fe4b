package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/**
 * Malformed values for {@code images}, any number of them, the same for the same seed. What must become of most is known from
 * how they were made, not from what the decoder says of them.
 */
final class HostileRecords {

    /**
     * @param kind what was done
     * @param value may be null
     * @param reasons one of which it must be refused for; empty where chance decided, and it may even be good
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record HostileRecord(String kind, byte[] value, Set<RejectionReason> reasons) {}

    private interface Attack {
        HostileRecord next() throws IOException;
    }

    private static final int LIMIT = 1 << 20;
    /** Of a PNG: magic and header, as this class's pictures begin. */
    private static final int PNG_HEADER_END = 33;

    private final Random random;
    private final List<byte[]> digits;
    private final List<Attack> attacks = new ArrayList<>();
    private long made;
    private int noises;

    /** @param digits of 784 bytes each */
    HostileRecords(long seed, List<byte[]> digits) {
        this.random = new Random(seed);
        this.digits = digits;
        attacks.addAll(List.of(this::cutPng, this::flippedPng, this::lyingPng, this::hollowPng, this::pngWithChunk));
        attacks.addAll(List.of(this::cutJpeg, this::flippedJpeg, this::lyingJpeg, this::jpegOfInks, this::blank));
        attacks.addAll(List.of(this::cutImage, this::flippedImage, this::lyingImage, this::otherFormat, this::noise));
        attacks.addAll(List.of(this::wrongField));
    }

    HostileRecord next() throws IOException {
        // Every so often a large one, up to just beyond the limit: not more, they are a thousand times as large as the
        // others.
        if (++made % 500 == 0) {
            int large = (int) (made / 500 % 40);
            return sized(large < 4 ? LIMIT - 2 + large : LIMIT / 40 * large);
        }
        return attacks.get((int) (made % attacks.size())).next();
    }

    private HostileRecord sized(int size) {
        // Field 0 is none: no protobuf begins so.
        byte[] value = new byte[size];
        if (size > 0) {
            value[0] = 7;
        }
        return record(
                size + " bytes",
                value,
                size == 0
                        ? RejectionReason.EMPTY_VALUE
                        : size > LIMIT ? RejectionReason.TOO_LARGE : RejectionReason.MALFORMED);
    }

    /** Of each size in turn, from 0. */
    private HostileRecord noise() {
        int size = noises++;
        if (random.nextInt(50) == 0) {
            return record("null", null, RejectionReason.NULL_VALUE);
        }
        HostileRecord noise = sized(size);
        for (int i = 1; i < size; i++) {
            noise.value[i] = (byte) random.nextInt(256);
        }
        return noise;
    }

    private HostileRecord cutPng() throws IOException {
        byte[] png = picture("png", BufferedImage.TYPE_BYTE_GRAY);
        return record("cut PNG", Arrays.copyOf(png, between(8, png.length)), RejectionReason.UNDECODABLE_IMAGE);
    }

    private HostileRecord flippedPng() throws IOException {
        byte[] png = picture("png", random.nextBoolean() ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        flip(png, between(PNG_HEADER_END, png.length));
        return record("PNG with a flipped bit", png, RejectionReason.UNDECODABLE_IMAGE);
    }

    private HostileRecord lyingPng() throws IOException {
        byte[] png = picture("png", BufferedImage.TYPE_BYTE_GRAY);
        int side = random.nextBoolean() ? 0 : between(4_097, Integer.MAX_VALUE);
        ByteBuffer.wrap(png).putInt(random.nextBoolean() ? 16 : 20, side);
        if (random.nextBoolean()) {
            checksum(png);
        }
        return record("PNG that claims a side of " + side, png, RejectionReason.WRONG_SIZE);
    }

    private HostileRecord hollowPng() throws IOException {
        byte[] png = picture("png", BufferedImage.TYPE_BYTE_GRAY);
        ByteBuffer.wrap(png).putInt(16, between(29, 1_024)).putInt(20, between(29, 4_096));
        checksum(png);
        return record("PNG with fewer pixels than it claims", png, RejectionReason.UNDECODABLE_IMAGE);
    }

    private HostileRecord pngWithChunk() throws IOException {
        byte[] content = new byte[random.nextInt(100)];
        random.nextBytes(content);
        return switch (random.nextInt(3)) {
            case 0 -> record("animated PNG", withChunk("acTL", content), RejectionReason.UNSUPPORTED_ENCODING);
            case 1 -> record("PNG with a foreign chunk", withChunk("HOST", content), RejectionReason.UNDECODABLE_IMAGE);
            default -> {
                byte[] png = withChunk("tEXt", content);
                ByteBuffer.wrap(png).putInt(PNG_HEADER_END, between(LIMIT, Integer.MAX_VALUE));
                yield record("PNG with an endless chunk", png, RejectionReason.UNDECODABLE_IMAGE);
            }
        };
    }

    private HostileRecord cutJpeg() throws IOException {
        byte[] jpeg = picture("jpeg", BufferedImage.TYPE_BYTE_GRAY);
        return record("cut JPEG", Arrays.copyOf(jpeg, between(3, jpeg.length)), RejectionReason.UNDECODABLE_IMAGE);
    }

    private HostileRecord flippedJpeg() throws IOException {
        byte[] jpeg = picture("jpeg", random.nextBoolean() ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        for (int flips = between(1, 4); flips > 0; flips--) {
            flip(jpeg, between(3, jpeg.length));
        }
        return new HostileRecord("JPEG with flipped bits", jpeg, Set.of());
    }

    private HostileRecord lyingJpeg() throws IOException {
        byte[] jpeg = picture("jpeg", BufferedImage.TYPE_BYTE_GRAY);
        int side = random.nextBoolean() ? 0 : between(4_097, 0x10000);
        ByteBuffer.wrap(jpeg).putShort(frame(jpeg) + (random.nextBoolean() ? 5 : 7), (short) side);
        return record("JPEG that claims a side of " + side, jpeg, RejectionReason.WRONG_SIZE);
    }

    private HostileRecord jpegOfInks() throws IOException {
        byte[] jpeg = picture("jpeg", BufferedImage.TYPE_INT_RGB);
        jpeg[frame(jpeg) + 9] = 4;
        return record("CMYK JPEG", jpeg, RejectionReason.UNSUPPORTED_ENCODING);
    }

    private HostileRecord blank() throws IOException {
        BufferedImage blank = new BufferedImage(between(29, 100), between(29, 100), BufferedImage.TYPE_BYTE_GRAY);
        return record(
                "blank picture", encode(blank, random.nextBoolean() ? "png" : "jpeg"), RejectionReason.BLANK_IMAGE);
    }

    private HostileRecord cutImage() {
        byte[] image = image().build().toByteArray();
        // Within the pixels: they come last but one, and are most of it.
        return record(
                "cut protobuf",
                Arrays.copyOf(image, between(image.length - 780, image.length - 10)),
                RejectionReason.MALFORMED);
    }

    private HostileRecord flippedImage() {
        byte[] image = image().build().toByteArray();
        for (int flips = between(1, 6); flips > 0; flips--) {
            flip(image, random.nextInt(random.nextBoolean() ? 40 : image.length));
        }
        return new HostileRecord("protobuf with flipped bits", image, Set.of());
    }

    private HostileRecord lyingImage() {
        Image.Builder image = image();
        switch (random.nextInt(3)) {
            case 0 -> image.setWidth(between(29, Integer.MAX_VALUE));
            case 1 -> image.setHeight(-between(0, Integer.MAX_VALUE));
            default -> image.setPixels(image.getPixels().substring(between(1, 784)));
        }
        return record("GRAY8 of another size", image.build().toByteArray(), RejectionReason.WRONG_SIZE);
    }

    private HostileRecord wrongField() {
        return switch (random.nextInt(5)) {
            case 0 -> image("no pixels", image().clearPixels(), RejectionReason.MISSING_IMAGE);
            case 1 ->
                image(
                        "unknown encoding",
                        image().setEncodingValue(between(4, 99)),
                        RejectionReason.UNSUPPORTED_ENCODING);
            case 2 -> image("long id", image().setId("x".repeat(between(1_025, 3_000))), RejectionReason.NAME_TOO_LONG);
            case 3 -> image("no PNG", image().setEncoding(Encoding.PNG), RejectionReason.UNDECODABLE_IMAGE);
            default ->
                image(
                        "no time",
                        image().setCaptured(Timestamp.newBuilder().setNanos(-between(1, LIMIT))),
                        RejectionReason.MALFORMED);
        };
    }

    private HostileRecord otherFormat() {
        String[] magics = {"GIF89a", "%PDF-1.7", "II*\0", "MM\0*", "RIFF\1\2\3\4WEBP", "\0\0\0\30ftypheic"};
        byte[] magic = magics[random.nextInt(magics.length)].getBytes(ISO_8859_1);
        byte[] value = new byte[magic.length + random.nextInt(500)];
        random.nextBytes(value);
        System.arraycopy(magic, 0, value, 0, magic.length);
        return record("another format", value, RejectionReason.UNSUPPORTED_ENCODING);
    }

    private static HostileRecord image(String kind, Image.Builder image, RejectionReason reason) {
        return record(kind, image.build().toByteArray(), reason);
    }

    private static HostileRecord record(String kind, byte[] value, RejectionReason reason) {
        return new HostileRecord(kind, value, EnumSet.of(reason));
    }

    /** From {@code from}, inclusive, to {@code to}, exclusive. */
    private int between(int from, int to) {
        return from + random.nextInt(to - from);
    }

    private void flip(byte[] bytes, int at) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
    }

    private byte[] digit() {
        return digits.get(random.nextInt(digits.size()));
    }

    private Image.Builder image() {
        return Image.newBuilder()
                .setId("hostile-" + made)
                .setSource("an enemy")
                .setWidth(28)
                .setHeight(28)
                .setEncoding(Encoding.GRAY8)
                .setPixels(ByteString.copyFrom(digit()))
                .setCaptured(Timestamp.newBuilder().setSeconds(1_700_000_000));
    }

    private byte[] picture(String format, int type) throws IOException {
        byte[] digit = digit();
        BufferedImage picture = new BufferedImage(28, 28, type);
        for (int i = 0; i < digit.length; i++) {
            for (int band = 0; band < picture.getRaster().getNumBands(); band++) {
                picture.getRaster().setSample(i % 28, i / 28, band, digit[i] & 0xFF);
            }
        }
        return encode(picture, format);
    }

    private static byte[] encode(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(picture, format, out);
        return out.toByteArray();
    }

    private byte[] withChunk(String name, byte[] content) throws IOException {
        byte[] png = picture("png", BufferedImage.TYPE_BYTE_GRAY);
        ByteBuffer with = ByteBuffer.allocate(png.length + content.length + 12);
        with.put(png, 0, PNG_HEADER_END)
                .putInt(content.length)
                .put(name.getBytes(ISO_8859_1))
                .put(content);
        CRC32 crc = new CRC32();
        crc.update(with.array(), PNG_HEADER_END + 4, content.length + 4);
        with.putInt((int) crc.getValue()).put(png, PNG_HEADER_END, png.length - PNG_HEADER_END);
        return with.array();
    }

    /** Of the header. */
    private static void checksum(byte[] png) {
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    }

    private static int frame(byte[] jpeg) {
        int at = 0;
        while (jpeg[at] != (byte) 0xFF || jpeg[at + 1] != (byte) 0xC0) {
            at++;
        }
        return at;
    }
}
