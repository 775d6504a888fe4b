package io.inkstream.operators.decoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.LateLabel;
import io.inkstream.schemas.v1.RejectionReason;

/** Reads the records of {@code labels}, and says of each that is unusable why. */
final class LabelDecoder {

    /** A label waits in state, as it came, until its image is there; one with the longest names needs a tenth of it. */
    static final int MAX_VALUE_BYTES = 64 << 10;

    /** In UTF-16 units. */
    static final int MAX_REASON_LENGTH = 64;

    private LabelDecoder() {}

    static FeedbackEvent event(IncomingRecord record) throws UnusableRecordException {
        ByteString value = RecordDecoder.value(record, MAX_VALUE_BYTES);
        Label label = label(value);
        return FeedbackEvent.newBuilder()
                .setImageId(imageId(label, record))
                .setTime(RecordDecoder.isTimed(record) ? record.getTimestamp() : System.currentTimeMillis())
                .setLabel(LateLabel.newBuilder()
                        .setReason(reason(label))
                        .setDigit(digit(label))
                        .setLabeled(labeled(label, record))
                        .setTopic(record.getTopic())
                        .setPartition(record.getPartition())
                        .setOffset(record.getOffset())
                        .setValue(value))
                .build();
    }

    private static Label label(ByteString value) throws UnusableRecordException {
        try {
            return Label.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw RecordDecoder.malformed("inkstream.v1.Label", e);
        }
    }

    private static String imageId(Label label, IncomingRecord record) throws UnusableRecordException {
        String id =
                label.getImageId().isEmpty() ? RecordDecoder.name("record key", record.getKey()) : label.getImageId();
        if (id.isEmpty()) {
            throw new UnusableRecordException(
                    RejectionReason.MISSING_ID,
                    "the label does not say of which image it is: set image_id, or the record's key");
        }
        return RecordDecoder.requireShort("id", id);
    }

    private static String reason(Label label) throws UnusableRecordException {
        int length = label.getReason().length();
        if (length > MAX_REASON_LENGTH) {
            throw new UnusableRecordException(
                    RejectionReason.NAME_TOO_LONG,
                    "the reason has %d characters, at most %d are taken".formatted(length, MAX_REASON_LENGTH));
        }
        return label.getReason();
    }

    private static int digit(Label label) throws UnusableRecordException {
        if (!label.hasDigit()) {
            throw new UnusableRecordException(
                    RejectionReason.MISSING_LABEL, "the label has no digit: set it, also when it is 0");
        }
        return RecordDecoder.requireDigit(label.getDigit());
    }

    private static long labeled(Label label, IncomingRecord record) throws UnusableRecordException {
        if (!label.hasLabeled()) {
            return record.getTimestamp();
        }
        if (!Timestamps.isValid(label.getLabeled())) {
            throw new UnusableRecordException(
                    RejectionReason.MALFORMED, "the time of the label is not within the years 1 to 9999");
        }
        return Timestamps.toMillis(label.getLabeled());
    }
}
