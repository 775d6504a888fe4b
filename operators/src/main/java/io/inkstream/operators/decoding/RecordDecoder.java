package io.inkstream.operators.decoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
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
import java.util.Optional;

/** Reads the records of {@code training} and {@code images}, and says of each that is unusable why. */
final class RecordDecoder {

    /** Larger values are refused unread. A digit of 28 × 28 needs a thousandth of it. */
    static final int MAX_VALUE_BYTES = 1 << 20;

    /** In UTF-16 units; ids and sources are repeated in state and predictions. */
    static final int MAX_NAME_LENGTH = 1_024;

    private static final int MAX_REJECTED_BYTES = 64 << 10;
    private static final long MAX_TIMESTAMP_MS = Timestamps.toMillis(Timestamps.MAX_VALUE);

    private RecordDecoder() {}

    static Sample sample(IncomingRecord record, double holdout) throws UnusableRecordException {
        LabeledImage labeled = labeledImage(value(record));
        if (!labeled.hasImage()) {
            throw new UnusableRecordException(RejectionReason.MISSING_IMAGE, "the labelled image has no image");
        }
        if (!labeled.hasLabel()) {
            throw new UnusableRecordException(
                    RejectionReason.MISSING_LABEL, "the labelled image has no label: set it, also when it is 0");
        }
        requireDigit(labeled.getLabel());
        String id = labeled.getImage().getId();
        return gap(record).toBuilder()
                .setLabel(labeled.getLabel())
                .setPixels(PixelDecoder.decode(labeled.getImage()))
                .setHeldOut(Holdout.contains(id.isEmpty() ? coordinates(record) : id, holdout))
                .build();
    }

    static int requireDigit(int label) throws UnusableRecordException {
        if (label < 0 || label > 9) {
            throw new UnusableRecordException(
                    RejectionReason.LABEL_OUT_OF_RANGE,
                    "label %s is not a digit from 0 to 9".formatted(Integer.toUnsignedString(label)));
        }
        return label;
    }

    /** What stands for a record in the trainer's stream where its contents cannot be used. */
    static Sample gap(IncomingRecord record) {
        return Sample.newBuilder()
                .setTopic(record.getTopic())
                .setPartition(record.getPartition())
                .setOffset(record.getOffset())
                .build();
    }

    static ScoringRequest request(IncomingRecord record) throws UnusableRecordException {
        ByteString value = value(record);
        Encoding bare = Magic.encoding(value);
        if (bare != Encoding.ENCODING_UNSPECIFIED) {
            return request(
                            record,
                            name("id header", record.getIdHeader()),
                            name("source header", record.getSourceHeader()))
                    .setPixels(PixelDecoder.compressed(bare, value))
                    .build();
        }
        Optional<String> foreign = Magic.foreign(value);
        if (foreign.isPresent()) {
            throw new UnusableRecordException(
                    RejectionReason.UNSUPPORTED_ENCODING,
                    "the value is a %s, which is not read: convert it to PNG or JPEG".formatted(foreign.get()));
        }
        Image image = image(value);
        ScoringRequest.Builder request =
                request(record, image.getId(), image.getSource()).setPixels(PixelDecoder.decode(image));
        if (image.hasCaptured()) {
            request.setCaptured(requireValid(image.getCaptured()));
        }
        return request.build();
    }

    private static ScoringRequest.Builder request(IncomingRecord record, String id, String source)
            throws UnusableRecordException {
        ScoringRequest.Builder request = ScoringRequest.newBuilder()
                .setId(requireShort("id", id.isEmpty() ? coordinates(record) : id))
                .setAnonymous(id.isEmpty())
                .setSource(requireShort("source", source.isEmpty() ? name("record key", record.getKey()) : source));
        if (isTimed(record)) {
            request.setReceived(Timestamps.fromMillis(record.getTimestamp()));
        }
        return request;
    }

    /** A producer may set any 64 bits as the record's timestamp. */
    static boolean isTimed(IncomingRecord record) {
        return record.getTimestamp() >= 0 && record.getTimestamp() <= MAX_TIMESTAMP_MS;
    }

    private static String coordinates(IncomingRecord record) {
        return record.getTopic() + "-" + record.getPartition() + "-" + record.getOffset();
    }

    static Rejected rejected(IncomingRecord record, UnusableRecordException why) {
        ByteString value = record.getValue();
        return Rejected.newBuilder()
                .setTopic(record.getTopic())
                .setPartition(record.getPartition())
                .setOffset(record.getOffset())
                .setReason(why.reason())
                .setExplanation(why.getMessage())
                .setValue(value.substring(0, Math.min(value.size(), MAX_REJECTED_BYTES)))
                .setValueLength(value.size())
                .build();
    }

    private static ByteString value(IncomingRecord record) throws UnusableRecordException {
        return value(record, MAX_VALUE_BYTES);
    }

    static ByteString value(IncomingRecord record, int maxBytes) throws UnusableRecordException {
        if (!record.hasValue()) {
            throw new UnusableRecordException(RejectionReason.NULL_VALUE, "the record has no value");
        }
        ByteString value = record.getValue();
        if (value.isEmpty()) {
            throw new UnusableRecordException(RejectionReason.EMPTY_VALUE, "the record's value is empty");
        }
        if (value.size() > maxBytes) {
            throw new UnusableRecordException(
                    RejectionReason.TOO_LARGE,
                    "the value has %d bytes, at most %d are read".formatted(value.size(), maxBytes));
        }
        return value;
    }

    private static LabeledImage labeledImage(ByteString value) throws UnusableRecordException {
        try {
            return LabeledImage.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw malformed("inkstream.v1.LabeledImage", e);
        }
    }

    private static Image image(ByteString value) throws UnusableRecordException {
        try {
            return Image.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw malformed("inkstream.v1.Image, PNG or JPEG", e);
        }
    }

    static UnusableRecordException malformed(String expected, InvalidProtocolBufferException e) {
        return new UnusableRecordException(
                RejectionReason.MALFORMED, "the value is no %s: %s".formatted(expected, e.getMessage()));
    }

    static String name(String what, ByteString bytes) throws UnusableRecordException {
        if (!bytes.isValidUtf8()) {
            throw new UnusableRecordException(RejectionReason.MALFORMED, "the %s is not UTF-8".formatted(what));
        }
        return bytes.toStringUtf8();
    }

    private static Timestamp requireValid(Timestamp captured) throws UnusableRecordException {
        if (!Timestamps.isValid(captured)) {
            throw new UnusableRecordException(
                    RejectionReason.MALFORMED, "the capture time is not within the years 1 to 9999");
        }
        return captured;
    }

    static String requireShort(String what, String name) throws UnusableRecordException {
        if (name.length() > MAX_NAME_LENGTH) {
            throw new UnusableRecordException(
                    RejectionReason.NAME_TOO_LONG,
                    "the %s has %d characters, at most %d are taken".formatted(what, name.length(), MAX_NAME_LENGTH));
        }
        return name;
    }
}
