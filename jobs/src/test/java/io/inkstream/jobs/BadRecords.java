package io.inkstream.jobs;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** One record of each kind that a job must put aside, and for what reason. */
final class BadRecords {

    /**
     * @param kind what is wrong
     * @param value the record's value, may be null
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record BadRecord(String kind, RejectionReason reason, byte[] value) {
        @Override
        public String toString() {
            return kind;
        }
    }

    private static final Image GOOD = Image.newBuilder()
            .setId("an id")
            .setWidth(28)
            .setHeight(28)
            .setEncoding(Encoding.GRAY8)
            .setPixels(ByteString.copyFrom(new byte[784]))
            .build();

    private BadRecords() {}

    /** Of {@code training}. */
    static Stream<BadRecord> labeled() throws IOException {
        Stream<BadRecord> ofLabels = Stream.of(
                new BadRecord("label 10", RejectionReason.LABEL_OUT_OF_RANGE, labeled(GOOD, 10)),
                new BadRecord("label 4294967295", RejectionReason.LABEL_OUT_OF_RANGE, labeled(GOOD, -1)),
                new BadRecord(
                        "no label",
                        RejectionReason.MISSING_LABEL,
                        LabeledImage.newBuilder().setImage(GOOD).build().toByteArray()),
                new BadRecord(
                        "no image",
                        RejectionReason.MISSING_IMAGE,
                        LabeledImage.newBuilder().setLabel(1).build().toByteArray()));
        Stream<BadRecord> ofImages =
                images().map(image -> new BadRecord(image.kind, image.reason, labeled(image.image, 1)));
        return Stream.of(ofBytes(labeled(GOOD, 1)), ofLabels, ofImages).flatMap(kinds -> kinds);
    }

    /** Of {@code images}. */
    static Stream<BadRecord> unlabeled() throws IOException {
        byte[] png = png(28, 28);
        Stream<BadRecord> bare = Stream.of(
                new BadRecord("bare PNG on which nothing is drawn", RejectionReason.BLANK_IMAGE, png(27, 28)),
                new BadRecord("bare PNG of 4097 × 1", RejectionReason.WRONG_SIZE, png(4_097, 1)),
                new BadRecord(
                        "bare GIF",
                        RejectionReason.UNSUPPORTED_ENCODING,
                        "GIF89a, and so on".getBytes(StandardCharsets.UTF_8)),
                new BadRecord(
                        "bare PNG that ends early",
                        RejectionReason.UNDECODABLE_IMAGE,
                        Arrays.copyOf(png, png.length / 2)));
        Stream<BadRecord> ofImages =
                images().map(image -> new BadRecord(image.kind, image.reason, image.image.toByteArray()));
        return Stream.of(ofBytes(GOOD.toByteArray()), bare, ofImages).flatMap(kinds -> kinds);
    }

    private static Stream<BadRecord> ofBytes(byte[] good) {
        return Stream.of(
                new BadRecord("garbage", RejectionReason.MALFORMED, "no protobuf".getBytes(StandardCharsets.UTF_8)),
                new BadRecord("empty", RejectionReason.EMPTY_VALUE, new byte[0]),
                new BadRecord("null", RejectionReason.NULL_VALUE, null),
                new BadRecord("truncated protobuf", RejectionReason.MALFORMED, Arrays.copyOf(good, good.length / 2)),
                // Zero bytes are no protobuf either: had it been decoded, the reason would be another.
                new BadRecord("over the size limit", RejectionReason.TOO_LARGE, new byte[(1 << 20) + 1]));
    }

    private record BadImage(String kind, RejectionReason reason, Image image) {}

    private static Stream<BadImage> images() throws IOException {
        return Stream.of(
                new BadImage(
                        "784 pixels for 27 × 28",
                        RejectionReason.WRONG_SIZE,
                        GOOD.toBuilder().setWidth(27).build()),
                new BadImage(
                        "783 pixels",
                        RejectionReason.WRONG_SIZE,
                        GOOD.toBuilder()
                                .setPixels(ByteString.copyFrom(new byte[783]))
                                .build()),
                new BadImage(
                        "no pixels",
                        RejectionReason.MISSING_IMAGE,
                        GOOD.toBuilder().clearPixels().build()),
                new BadImage(
                        "unknown encoding",
                        RejectionReason.UNSUPPORTED_ENCODING,
                        GOOD.toBuilder().setEncodingValue(77).build()),
                new BadImage(
                        "a PNG that is none",
                        RejectionReason.UNDECODABLE_IMAGE,
                        GOOD.toBuilder().setEncoding(Encoding.PNG).build()),
                new BadImage(
                        "a PNG whose header claims 20000 × 20000",
                        RejectionReason.WRONG_SIZE,
                        GOOD.toBuilder()
                                .setEncoding(Encoding.PNG)
                                .setPixels(ByteString.copyFrom(claiming20000(png(28, 28))))
                                .build()));
    }

    private static byte[] labeled(Image image, int label) {
        return LabeledImage.newBuilder().setImage(image).setLabel(label).build().toByteArray();
    }

    static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), "png", png);
        return png.toByteArray();
    }

    /** Width and height stand at bytes 16 to 23, big-endian. */
    private static byte[] claiming20000(byte[] png) {
        byte[] bomb = png.clone();
        for (int at : new int[] {16, 20}) {
            bomb[at + 2] = (byte) (20_000 >> 8);
            bomb[at + 3] = (byte) 20_000;
        }
        return bomb;
    }
}
