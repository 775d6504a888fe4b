package io.inkstream.operators.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.RejectionReason;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.ScoringRequest;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {
    private static final Image IMAGE = Image.newBuilder()
            .setId("form-1")
            .setSource("scanner-3")
            .setWidth(28)
            .setHeight(28)
            .setEncoding(Encoding.GRAY8)
            .setPixels(Pictures.ramp())
            .setCaptured(Timestamp.newBuilder().setSeconds(5))
            .build();
    private static final LabeledImage LABELED =
            LabeledImage.newBuilder().setImage(IMAGE).setLabel(0).build();
    private static final ByteString BARE_PNG = Pictures.png(BufferedImage.TYPE_BYTE_GRAY);

    @Test
    void usageExample() throws Exception {
        Sample sample = RecordDecoder.sample(record(LABELED.toByteString()), 0);
        ScoringRequest request = RecordDecoder.request(record(IMAGE.toByteString()));

        assertThat(sample)
                .isEqualTo(Sample.newBuilder()
                        .setTopic("digits.images")
                        .setPartition(2)
                        .setOffset(40)
                        .setLabel(0)
                        .setPixels(Pictures.ramp())
                        .build());
        assertThat(request)
                .isEqualTo(ScoringRequest.newBuilder()
                        .setId("form-1")
                        .setSource("scanner-3")
                        .setPixels(Pictures.ramp())
                        .setCaptured(Timestamp.newBuilder().setSeconds(5))
                        .setReceived(Timestamps.fromMillis(1_000))
                        .build());
    }

    @Test
    void whereTheImageNamesNothingKeyAndCoordinatesStandIn() throws Exception {
        Image nameless = IMAGE.toBuilder().clearId().clearSource().build();

        ScoringRequest request = RecordDecoder.request(record(nameless.toByteString()));
        assertThat(request.getId()).isEqualTo("digits.images-2-40");
        assertThat(request.getSource()).isEqualTo("the key");

        IncomingRecord keyless =
                record(nameless.toByteString()).toBuilder().clearKey().build();
        assertThat(RecordDecoder.request(keyless).getSource()).isEmpty();
    }

    @Test
    void aBarePictureIsNamedByItsHeaders() throws Exception {
        IncomingRecord named = record(BARE_PNG).toBuilder()
                .setIdHeader(ByteString.copyFromUtf8("header-id"))
                .setSourceHeader(ByteString.copyFromUtf8("header-source"))
                .build();

        ScoringRequest request = RecordDecoder.request(named);
        assertThat(request.getId()).isEqualTo("header-id");
        assertThat(request.getSource()).isEqualTo("header-source");
        assertThat(request.getPixels()).isEqualTo(Pictures.ramp());
        assertThat(request.hasCaptured()).isFalse();
        assertThat(request.hasReceived()).isTrue();

        ScoringRequest nameless = RecordDecoder.request(record(Pictures.jpeg()));
        assertThat(nameless.getId()).isEqualTo("digits.images-2-40");
        assertThat(nameless.getSource()).isEqualTo("the key");
    }

    @Test
    void aRecordWithoutAValueOrWithAnEmptyOneIsRefused() {
        assertRefused(record(null), RejectionReason.NULL_VALUE, "no value");
        assertRefused(record(ByteString.EMPTY), RejectionReason.EMPTY_VALUE, "empty");
    }

    @Test
    void aValueOverTheLimitIsRefusedBeforeItIsDecoded() throws Exception {
        // Padded with an unknown field: at the limit it is still a good image.
        ByteString largest = padded(RecordDecoder.MAX_VALUE_BYTES);
        assertThat(RecordDecoder.request(record(largest)).getId()).isEqualTo("form-1");

        assertRefused(record(padded(RecordDecoder.MAX_VALUE_BYTES + 1)), RejectionReason.TOO_LARGE, "1048577");
        assertRefused(
                record(ByteString.copyFrom(new byte[RecordDecoder.MAX_VALUE_BYTES + 1])),
                RejectionReason.TOO_LARGE,
                "at most 1048576");
    }

    private static ByteString padded(int size) {
        ByteString image = IMAGE.toByteString();
        // Field 100, length-delimited: two bytes of tag, three of length.
        int padding = size - image.size() - 5;
        byte[] field = {(byte) 0xA2, 6, (byte) (padding | 0x80), (byte) (padding >> 7 | 0x80), (byte) (padding >> 14)};
        return image.concat(ByteString.copyFrom(field)).concat(ByteString.copyFrom(new byte[padding]));
    }

    @Test
    void bytesThatAreNoMessageAreRefused() {
        assertRefused(record(ByteString.copyFromUtf8("hello")), RejectionReason.MALFORMED, "inkstream.v1.");
        assertRefused(
                record(ByteString.copyFrom(new byte[] {(byte) 0xFF})), RejectionReason.MALFORMED, "inkstream.v1.");
    }

    @Test
    void aMissingImageIsRefused() {
        assertThat(refusedSample(LabeledImage.newBuilder().setLabel(3).build()))
                .isEqualTo(RejectionReason.MISSING_IMAGE);
        assertThat(refusedImage(IMAGE.toBuilder().clearPixels())).isEqualTo(RejectionReason.MISSING_IMAGE);
    }

    @Test
    void aMissingLabelIsNotAZero() {
        assertThat(refusedSample(LABELED.toBuilder().clearLabel().build())).isEqualTo(RejectionReason.MISSING_LABEL);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 255, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void aLabelThatIsNoDigitIsRefused(int label) {
        LabeledImage labeled = LABELED.toBuilder().setLabel(label).build();

        assertThat(refusedSample(labeled)).isEqualTo(RejectionReason.LABEL_OUT_OF_RANGE);
        assertThat(catchThrowableOfType(
                        UnusableRecordException.class, () -> RecordDecoder.sample(record(labeled.toByteString()), 0)))
                .hasMessageContaining("label " + Integer.toUnsignedString(label));
    }

    @Test
    void nineIsADigit() throws Exception {
        LabeledImage nine = LABELED.toBuilder().setLabel(9).build();

        assertThat(RecordDecoder.sample(record(nine.toByteString()), 0).getLabel())
                .isEqualTo(9);
    }

    @Test
    void aSizeThatThePixelsDoNotHaveIsRefused() {
        assertThat(refusedImage(IMAGE.toBuilder().setWidth(27))).isEqualTo(RejectionReason.WRONG_SIZE);
        assertThat(refusedImage(IMAGE.toBuilder().setHeight(29))).isEqualTo(RejectionReason.WRONG_SIZE);
        assertThat(refusedImage(IMAGE.toBuilder().setWidth(-1))).isEqualTo(RejectionReason.WRONG_SIZE);
        assertThat(refusedImage(IMAGE.toBuilder().setPixels(Pictures.ramp().substring(1))))
                .isEqualTo(RejectionReason.WRONG_SIZE);
        assertThat(refusedImage(IMAGE.toBuilder().setPixels(Pictures.ramp().concat(ByteString.copyFrom(new byte[1])))))
                .isEqualTo(RejectionReason.WRONG_SIZE);
    }

    @Test
    void anUnknownEncodingIsRefused() {
        assertThat(refusedImage(IMAGE.toBuilder().setEncodingValue(99)))
                .isEqualTo(RejectionReason.UNSUPPORTED_ENCODING);
        assertThat(refusedImage(IMAGE.toBuilder().clearEncoding())).isEqualTo(RejectionReason.UNSUPPORTED_ENCODING);
    }

    @ParameterizedTest
    @CsvSource({
        "GIF, 474946383961",
        "WebP, 52494646000000005745425056503820",
        "TIFF, 49492A0008000000",
        "TIFF, 4D4D002A00000008",
        "PDF, 255044462D312E37",
        "BMP, 424D360000000000000036000000",
        "HEIC, 00000018667479706865696300000000",
        "AVIF, 00000020667479706176696600000000"
    })
    void aPictureOfAnotherFormatIsRefusedWithTheRemedy(String format, String begin) {
        ByteString value = ByteString.fromHex(begin).concat(ByteString.copyFrom(new byte[100]));

        assertRefused(record(value), RejectionReason.UNSUPPORTED_ENCODING, format);
        assertRefused(record(value), RejectionReason.UNSUPPORTED_ENCODING, "convert it to PNG or JPEG");
        assertThat(refusedImage(IMAGE.toBuilder().setEncoding(Encoding.PNG).setPixels(value)))
                .isEqualTo(RejectionReason.UNSUPPORTED_ENCODING);
    }

    @Test
    void anImageWithoutAnIdIsAnonymous() throws Exception {
        Image nameless = IMAGE.toBuilder().clearId().build();

        assertThat(RecordDecoder.request(record(nameless.toByteString())).getAnonymous())
                .isTrue();
        assertThat(RecordDecoder.request(record(BARE_PNG)).getAnonymous()).isTrue();
        assertThat(RecordDecoder.request(record(IMAGE.toByteString())).getAnonymous())
                .isFalse();
    }

    @Test
    void aBrokenPictureIsRefused() {
        assertRefused(record(BARE_PNG.substring(0, 60)), RejectionReason.UNDECODABLE_IMAGE, "PNG");
        assertThat(refusedImage(IMAGE.toBuilder().setEncoding(Encoding.JPEG).setPixels(BARE_PNG)))
                .isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
    }

    @Test
    void namesOverTheLimitAreRefused() throws Exception {
        String longest = "ß".repeat(RecordDecoder.MAX_NAME_LENGTH);
        Image atTheLimit = IMAGE.toBuilder().setId(longest).setSource(longest).build();
        assertThat(RecordDecoder.request(record(atTheLimit.toByteString())).getId())
                .isEqualTo(longest);

        assertThat(refusedImage(IMAGE.toBuilder().setId(longest + "x"))).isEqualTo(RejectionReason.NAME_TOO_LONG);
        assertThat(refusedImage(IMAGE.toBuilder().setSource(longest + "x"))).isEqualTo(RejectionReason.NAME_TOO_LONG);
        IncomingRecord longKey = record(BARE_PNG).toBuilder()
                .setKey(ByteString.copyFromUtf8(longest + "x"))
                .build();
        assertRefused(longKey, RejectionReason.NAME_TOO_LONG, "source");
    }

    @Test
    void namesThatAreNotUtf8AreRefused() {
        ByteString latin1 = ByteString.copyFrom(new byte[] {(byte) 0xE4});

        assertRefused(record(BARE_PNG).toBuilder().setKey(latin1).build(), RejectionReason.MALFORMED, "record key");
        assertRefused(record(BARE_PNG).toBuilder().setIdHeader(latin1).build(), RejectionReason.MALFORMED, "id header");
        assertRefused(
                record(BARE_PNG).toBuilder().setSourceHeader(latin1).build(),
                RejectionReason.MALFORMED,
                "source header");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 253_402_300_800_000L})
    void aKafkaTimestampThatIsNoneIsLeftOut(long timestamp) throws Exception {
        IncomingRecord record =
                record(IMAGE.toByteString()).toBuilder().setTimestamp(timestamp).build();

        assertThat(RecordDecoder.request(record).hasReceived()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 253_402_300_799_999L})
    void theFirstAndTheLastTimestampAreKept(long timestamp) throws Exception {
        IncomingRecord record =
                record(IMAGE.toByteString()).toBuilder().setTimestamp(timestamp).build();

        assertThat(Timestamps.toMillis(RecordDecoder.request(record).getReceived()))
                .isEqualTo(timestamp);
    }

    @Test
    void aCaptureTimeThatIsNoneIsRefused() {
        for (Timestamp wrong : new Timestamp[] {
            Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(),
            Timestamp.newBuilder().setSeconds(Long.MIN_VALUE).build(),
            Timestamp.newBuilder().setNanos(-1).build(),
            Timestamp.newBuilder().setNanos(1_000_000_000).build()
        }) {
            assertThat(refusedImage(IMAGE.toBuilder().setCaptured(wrong))).isEqualTo(RejectionReason.MALFORMED);
        }
    }

    @Test
    void whatIsPutAsideSaysWhereItStoodAndIsCut() {
        ByteString large = ByteString.copyFrom(new byte[70_000]);
        UnusableRecordException why = new UnusableRecordException(RejectionReason.TOO_LARGE, "too large");

        Rejected rejected = RecordDecoder.rejected(record(large), why);
        assertThat(rejected)
                .isEqualTo(Rejected.newBuilder()
                        .setTopic("digits.images")
                        .setPartition(2)
                        .setOffset(40)
                        .setReason(RejectionReason.TOO_LARGE)
                        .setExplanation("too large")
                        .setValue(large.substring(0, 65_536))
                        .setValueLength(70_000)
                        .build());
        assertThat(RecordDecoder.rejected(record(null), why).getValueLength()).isZero();
    }

    private static void assertRefused(IncomingRecord record, RejectionReason reason, String because) {
        assertThat(catchThrowableOfType(UnusableRecordException.class, () -> RecordDecoder.request(record)))
                .hasMessageContaining(because)
                .extracting(UnusableRecordException::reason)
                .isEqualTo(reason);
    }

    private static RejectionReason refusedImage(Image.Builder image) {
        return catchThrowableOfType(
                        UnusableRecordException.class,
                        () -> RecordDecoder.request(record(image.build().toByteString())))
                .reason();
    }

    private static RejectionReason refusedSample(LabeledImage labeled) {
        return catchThrowableOfType(
                        UnusableRecordException.class, () -> RecordDecoder.sample(record(labeled.toByteString()), 0))
                .reason();
    }

    private static IncomingRecord record(ByteString value) {
        IncomingRecord.Builder record = IncomingRecord.newBuilder()
                .setTopic("digits.images")
                .setPartition(2)
                .setOffset(40)
                .setTimestamp(1_000)
                .setKey(ByteString.copyFrom("the key", UTF_8));
        return value == null ? record.build() : record.setValue(value).build();
    }
}
