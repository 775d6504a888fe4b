package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.RejectionReason;
import java.util.Collections;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No image makes a record that is larger than what the topics are checked for at submit. */
class RecordSizesTest {

    /** What the decoder takes as an id or a source, in UTF-16 units. */
    private static final int LONGEST_NAME = 1_024;

    private static final Timestamp LONGEST_TIME =
            Timestamp.newBuilder(Timestamps.MAX_VALUE).setNanos(999_999_999).build();

    /** A control character and a bracket, 6 bytes each in JSON; one of 3 bytes in UTF-8; a pair of surrogates of 4. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0001", "<", "\u2028", "\ud83d\ude00"})
    void thePredictionForTheLongestNames(String character) {
        String name = character.repeat(LONGEST_NAME / character.length());
        Prediction.Builder prediction = Prediction.newBuilder()
                .setId(name)
                .setSource(name)
                .setDigit(-1)
                .setModelVersion(-1)
                .setSequence(-1)
                .setCaptured(LONGEST_TIME)
                .setReceived(LONGEST_TIME)
                .setScored(LONGEST_TIME)
                .setDigitCount(-1)
                .setDigitConfidence(-1.17549435E-38f);
        for (int digit = 0; digit < 10; digit++) {
            prediction.addProbabilities(-1.17549435E-38f);
        }
        for (PredictionFormat format : PredictionFormat.values()) {
            assertThat(size(new PredictionRecords("digits.predictions", format)
                            .serialize(prediction.build(), null, null)))
                    .isLessThanOrEqualTo(PredictionRecords.MAX_BYTES)
                    .isGreaterThan(2 * LONGEST_NAME);
        }
    }

    @Test
    void theLabelledImageWithTheLongestNames() {
        String name = "\u2028".repeat(LONGEST_NAME);
        LabeledImage image = LabeledImage.newBuilder()
                .setImage(Image.newBuilder()
                        .setId(name)
                        .setSource(name)
                        .setWidth(28)
                        .setHeight(28)
                        .setEncoding(Encoding.GRAY8)
                        .setPixels(ByteString.copyFrom(new byte[784]))
                        .setCaptured(LONGEST_TIME))
                .setLabel(9)
                .build();

        assertThat(size(new TrainingRecords("digits.training").serialize(image, null, null)))
                .isLessThanOrEqualTo(TrainingRecords.MAX_BYTES)
                .isGreaterThan(9 * LONGEST_NAME);
    }

    @Test
    void theEvaluationWithTheLargestCounts() {
        Confusion most = Confusion.newBuilder()
                .addAllCounts(Collections.nCopies(100, -1L))
                .build();
        LiveEvaluation evaluation = LiveEvaluation.newBuilder()
                .setFormat(-1)
                .setModel("m".repeat(249))
                .setVersion(-1)
                .setTotal(most)
                .setRandomAudit(most)
                .setWindow(most)
                .setSequence(-1)
                .setUpdated(LONGEST_TIME)
                .build();

        assertThat(size(new EvaluationRecords("digits.evaluations").serialize(evaluation, null, null)))
                .isLessThanOrEqualTo(EvaluationRecords.MAX_BYTES)
                .isGreaterThan(3_000);
    }

    @Test
    void theRejectionWithTheMostToSay() {
        Rejected rejected = Rejected.newBuilder()
                .setTopic("t".repeat(249))
                .setPartition(-1)
                .setOffset(-1)
                .setReason(RejectionReason.MALFORMED)
                .setExplanation("\ud83d\ude00".repeat(1 << 20))
                .setValue(ByteString.copyFrom(new byte[1 << 20]))
                .setValueLength(-1)
                .build();

        assertThat(size(new RejectedRecords("digits.rejected").serialize(rejected, null, null)))
                .isLessThanOrEqualTo(RejectedRecords.MAX_BYTES)
                .isGreaterThan(64 << 10);
    }

    @Test
    void whatIsCutStaysText() {
        String pairs = "x" + "\ud83d\ude00".repeat(1_000);
        Rejected cut = RejectedRecords.bounded(
                Rejected.newBuilder().setExplanation(pairs).build());

        assertThat(cut.getExplanation()).endsWith("\ud83d\ude00…").hasSize(1_000);
        Rejected shorter = Rejected.newBuilder().setExplanation("a reason").build();
        assertThat(RejectedRecords.bounded(shorter)).isSameAs(shorter);
    }

    /** With what Kafka adds, uncompressed. */
    private static int size(ProducerRecord<byte[], byte[]> record) {
        return AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE,
                CompressionType.NONE,
                record.key(),
                record.value(),
                record.headers().toArray());
    }
}
