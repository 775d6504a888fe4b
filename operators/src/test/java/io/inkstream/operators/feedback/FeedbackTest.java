package io.inkstream.operators.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RejectionReason;
import io.inkstream.schemas.v1.ScoringRequest;
import io.inkstream.schemas.v1.ServedDigit;
import io.inkstream.schemas.v1.WaitingImage;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class FeedbackTest {
    private static final Prediction PREDICTION = Prediction.newBuilder()
            .setId("form-1")
            .setDigit(9)
            .setModelVersion(7)
            .setReceived(Timestamps.fromMillis(1_000))
            .setScored(Timestamps.fromMillis(2_000))
            .build();

    @Test
    void anImageWaitsWithItsSourceAndTimes() throws Exception {
        ScoringRequest request = ScoringRequest.newBuilder()
                .setId("form-1")
                .setSource("scanner-3")
                .setPixels(ByteString.copyFrom(new byte[784]))
                .setCaptured(Timestamps.fromMillis(500))
                .setReceived(Timestamps.fromMillis(1_000))
                .build();

        FeedbackEvent event = InstantiationUtil.clone(Feedback.images()).map(request);

        assertThat(event)
                .isEqualTo(FeedbackEvent.newBuilder()
                        .setImageId("form-1")
                        .setTime(1_000)
                        .setImage(WaitingImage.newBuilder()
                                .setSource("scanner-3")
                                .setPixels(request.getPixels())
                                .setCaptured(request.getCaptured()))
                        .build());
    }

    @Test
    void whatWasReadInAnImageHasTheImagesTime() throws Exception {
        assertThat(served(PREDICTION))
                .containsExactly(FeedbackEvent.newBuilder()
                        .setImageId("form-1")
                        .setTime(1_000)
                        .setServed(ServedDigit.newBuilder().setVersion(7).setDigit(9))
                        .build());
        assertThat(served(PREDICTION.toBuilder().clearReceived().build()))
                .extracting(FeedbackEvent::getTime)
                .containsExactly(2_000L);
    }

    @Test
    void whereARecordHasNoTimeItIsTheWallClocks() throws Exception {
        long before = System.currentTimeMillis();
        FeedbackEvent image = Feedback.images().map(ScoringRequest.getDefaultInstance());
        Timestamp impossible = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();
        List<FeedbackEvent> served = served(
                PREDICTION.toBuilder().setReceived(impossible).build(),
                PREDICTION.toBuilder().clearReceived().clearScored().build());
        long after = System.currentTimeMillis();

        assertThat(image.getTime()).isBetween(before, after);
        assertThat(served)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getTime()).isBetween(before, after));
    }

    @Test
    void whatNoScorerWritesIsSkipped() throws Exception {
        assertThat(served(
                        PREDICTION.toBuilder().clearId().build(),
                        PREDICTION.toBuilder().setId("x".repeat(1_025)).build(),
                        PREDICTION.toBuilder().setDigit(10).build(),
                        PREDICTION.toBuilder().setDigit(-1).build(),
                        PREDICTION.toBuilder().setModelVersion(0).build(),
                        PREDICTION.toBuilder().setModelVersion(-1).build()))
                .isEmpty();
    }

    @Test
    void aLabelThatCannotBeUsedIsPutAside() throws Exception {
        try (var labels = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(Feedback.labels()), new ProtobufSerializer<>(IncomingRecord.class))) {
            labels.open();
            IncomingRecord record = IncomingRecord.newBuilder()
                    .setTopic("digits.labels")
                    .setValue(Label.newBuilder()
                            .setImageId("form-1")
                            .setDigit(3)
                            .build()
                            .toByteString())
                    .build();
            labels.processElement(record, 0);
            labels.processElement(record.toBuilder().clearValue().build(), 0);

            assertThat(labels.extractOutputValues())
                    .extracting(event -> event.getLabel().getDigit())
                    .containsExactly(3);
            assertThat(labels.getSideOutput(Decoding.REJECTED))
                    .extracting(rejected -> rejected.getValue().getReason())
                    .containsExactly(RejectionReason.NULL_VALUE);
        }
    }

    private static List<FeedbackEvent> served(Prediction... predictions) throws Exception {
        try (var served = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(Feedback.served()), new ProtobufSerializer<>(Prediction.class))) {
            served.open();
            for (Prediction prediction : predictions) {
                served.processElement(prediction, 0);
            }
            return served.extractOutputValues();
        }
    }
}
