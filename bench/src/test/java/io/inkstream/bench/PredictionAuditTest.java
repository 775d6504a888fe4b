package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.bench.PredictionAudit.Violations;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.schemas.v1.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two sources, a and b, and images 0 to 5, dealt to them in turn. */
class PredictionAuditTest {
    private static final int SENT = 6;

    private final Map<Long, byte[]> models = new HashMap<>();
    private final List<Prediction> predictions = new ArrayList<>();

    PredictionAuditTest() throws Exception {
        for (int image = 0; image < SENT; image++) {
            predictions.add(prediction(image, 1 + image / 2, 1 + image / 4));
        }
    }

    @Test
    void usageExample() throws Exception {
        assertThat(audit()).isEqualTo(new Violations(0, 0, 0, 0, 0));
        assertThat(audit().all()).isZero();
    }

    @Test
    void sourcesMayOvertakeEachOther() throws Exception {
        Collections.swap(predictions, 0, 1);

        assertThat(audit().all()).isZero();
    }

    @Test
    void oneThatIsMissingLeavesAGap() throws Exception {
        predictions.remove(2);

        assertThat(audit()).isEqualTo(new Violations(1, 0, 1, 0, 0));
        assertThat(audit().all()).isEqualTo(2);
    }

    @Test
    void theLastOneOfASourceMayBeMissingWithoutAGap() throws Exception {
        predictions.remove(5);

        assertThat(audit()).isEqualTo(new Violations(1, 0, 0, 0, 0));
    }

    @Test
    void oneThatIsThereTwiceIsAlsoOutOfOrder() throws Exception {
        predictions.add(predictions.get(5));

        assertThat(audit()).isEqualTo(new Violations(0, 1, 1, 0, 0));
    }

    @Test
    void imagesInAnotherOrderAreSeenThoughTheSequenceIsRight() throws Exception {
        predictions.set(0, prediction(2, 1, 1));
        predictions.set(2, prediction(0, 2, 1));

        assertThat(audit().outOfOrder()).isEqualTo(3);
    }

    @Test
    void anOlderVersionAfterANewerOneIsAStepBack() throws Exception {
        predictions.set(0, prediction(0, 1, 2));

        assertThat(audit()).isEqualTo(new Violations(0, 0, 0, 1, 0));
    }

    @Test
    void aSingleBitTellsThatAnotherModelWasAtWork() throws Exception {
        float off = predictions.get(3).getProbabilities(7);
        predictions.set(
                3,
                predictions.get(3).toBuilder()
                        .setProbabilities(7, Math.nextUp(off))
                        .build());
        predictions.set(4, predictions.get(4).toBuilder().setModelVersion(1).build());

        assertThat(audit()).isEqualTo(new Violations(0, 0, 0, 0, 2));
    }

    @Test
    void whatWasNeverSentIsNoPrediction() {
        predictions.add(predictions.get(5).toBuilder().setId("6").build());

        assertThatThrownBy(this::audit).hasMessageContaining("image 6 was not sent");
    }

    private Violations audit() throws Exception {
        return PredictionAudit.audit(predictions, SENT, 2, PredictionAuditTest::pixels, this::load);
    }

    private static byte[] pixels(long image) {
        byte[] pixels = new byte[Digits.PIXELS];
        Arrays.fill(pixels, (byte) (10 * image));
        return pixels;
    }

    private OnnxScorer load(long version) throws UnusableModelException {
        return OnnxScorer.load(models.computeIfAbsent(version, PredictionAuditTest::export));
    }

    private static byte[] export(long version) {
        try (DigitNetwork network = DigitNetwork.create(
                Networks.recipe("mlp").toBuilder().setSeed(version).build())) {
            return OnnxExporter.export(network.state(), Map.of());
        }
    }

    private Prediction prediction(int image, int sequence, long version) throws Exception {
        Prediction.Builder prediction = Prediction.newBuilder()
                .setId(Integer.toString(image))
                .setSource(image % 2 == 0 ? "a" : "b")
                .setSequence(sequence)
                .setModelVersion(version);
        try (OnnxScorer scorer = load(version)) {
            for (float probability : scorer.score(pixels(image), 1)) {
                prediction.addProbabilities(probability);
            }
        }
        return prediction.build();
    }
}
