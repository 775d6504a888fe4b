package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.LateLabel;
import io.inkstream.schemas.v1.RejectionReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelDecoderTest {
    private static final Label LABEL = Label.newBuilder()
            .setImageId("form-1")
            .setDigit(0)
            .setReason("random-audit")
            .setLabeled(Timestamps.fromMillis(500))
            .build();

    @Test
    void usageExample() throws Exception {
        assertThat(LabelDecoder.event(record(LABEL)))
                .isEqualTo(FeedbackEvent.newBuilder()
                        .setImageId("form-1")
                        .setTime(1_000)
                        .setLabel(LateLabel.newBuilder()
                                .setDigit(0)
                                .setReason("random-audit")
                                .setLabeled(500)
                                .setTopic("digits.labels")
                                .setPartition(2)
                                .setOffset(40)
                                .setValue(LABEL.toByteString()))
                        .build());
    }

    @Test
    void theRecordsKeyAndTimeStandInForWhatTheLabelDoesNotSay() throws Exception {
        FeedbackEvent event = LabelDecoder.event(record(
                LABEL.toBuilder().clearImageId().clearLabeled().clearReason().build()));

        assertThat(event.getImageId()).isEqualTo("the key");
        assertThat(event.getLabel().getLabeled()).isEqualTo(1_000);
        assertThat(event.getLabel().getReason()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aTimeThatIsNoneIsTheWallClocks(long timestamp) throws Exception {
        long before = System.currentTimeMillis();
        FeedbackEvent event = LabelDecoder.event(
                record(LABEL).toBuilder().setTimestamp(timestamp).build());

        assertThat(event.getTime()).isBetween(before, System.currentTimeMillis());
    }

    @Test
    void aLabelWithoutIdIsRefused() {
        IncomingRecord anonymous = record(LABEL.toBuilder().clearImageId().build()).toBuilder()
                .clearKey()
                .build();

        assertRefused(anonymous, RejectionReason.MISSING_ID, "image_id");
        assertRefused(
                anonymous.toBuilder()
                        .setKey(ByteString.copyFrom(new byte[] {-1}))
                        .build(),
                RejectionReason.MALFORMED,
                "record key is not UTF-8");
    }

    @Test
    void longNamesAreRefused() throws Exception {
        String id = "x".repeat(1_024);
        String reason = "x".repeat(64);
        Label longest = LABEL.toBuilder().setImageId(id).setReason(reason).build();
        assertThat(LabelDecoder.event(record(longest)).getImageId()).isEqualTo(id);

        assertRefused(longest.toBuilder().setImageId(id + "x"), RejectionReason.NAME_TOO_LONG, "1025");
        assertRefused(longest.toBuilder().setReason(reason + "x"), RejectionReason.NAME_TOO_LONG, "reason has 65");
        assertRefused(
                record(LABEL.toBuilder().clearImageId().build()).toBuilder()
                        .setKey(ByteString.copyFromUtf8(id + "x"))
                        .build(),
                RejectionReason.NAME_TOO_LONG,
                "1025");
    }

    @Test
    void aDigitIsNeededAndIsOne() {
        assertRefused(LABEL.toBuilder().clearDigit(), RejectionReason.MISSING_LABEL, "also when it is 0");
        assertRefused(LABEL.toBuilder().setDigit(10), RejectionReason.LABEL_OUT_OF_RANGE, "10");
        assertRefused(LABEL.toBuilder().setDigit(-1), RejectionReason.LABEL_OUT_OF_RANGE, "4294967295");
    }

    @Test
    void anImpossibleTimeIsRefused() {
        Timestamp impossible = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();

        assertRefused(LABEL.toBuilder().setLabeled(impossible), RejectionReason.MALFORMED, "years 1 to 9999");
    }

    @Test
    void whatIsNoLabelIsRefused() {
        assertRefused(record(LABEL).toBuilder().clearValue().build(), RejectionReason.NULL_VALUE, "no value");
        assertRefused(withValue(ByteString.EMPTY), RejectionReason.EMPTY_VALUE, "empty");
        assertRefused(withValue(ByteString.copyFromUtf8("?")), RejectionReason.MALFORMED, "inkstream.v1.Label");
        assertRefused(withValue(ByteString.copyFrom(new byte[(64 << 10) + 1])), RejectionReason.TOO_LARGE, "65537");
    }

    private static void assertRefused(Label.Builder label, RejectionReason reason, String explanation) {
        assertRefused(record(label.build()), reason, explanation);
    }

    private static void assertRefused(IncomingRecord record, RejectionReason reason, String explanation) {
        UnusableRecordException refused =
                catchThrowableOfType(UnusableRecordException.class, () -> LabelDecoder.event(record));
        assertThat(refused).as("refused for " + reason).isNotNull().hasMessageContaining(explanation);
        assertThat(refused.reason()).isEqualTo(reason);
    }

    private static IncomingRecord withValue(ByteString value) {
        return record(LABEL).toBuilder().setValue(value).build();
    }

    private static IncomingRecord record(Label label) {
        return IncomingRecord.newBuilder()
                .setTopic("digits.labels")
                .setPartition(2)
                .setOffset(40)
                .setTimestamp(1_000)
                .setKey(ByteString.copyFromUtf8("the key"))
                .setValue(label.toByteString())
                .build();
    }
}
