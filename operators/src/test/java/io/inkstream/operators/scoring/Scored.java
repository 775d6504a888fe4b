package io.inkstream.operators.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.operators.TestModels;
import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScoringRequest;
import java.util.ArrayList;
import java.util.List;

/** Images to be scored, and which version must have scored them. */
final class Scored {
    private Scored() {}

    static void assertMadeBy(long version, Prediction prediction) throws Exception {
        assertThat(prediction.getModelVersion()).isEqualTo(version);
        int image = Integer.parseInt(prediction.getId().substring("image-".length()));
        try (OnnxScorer scorer = OnnxScorer.load(TestModels.onnx(version))) {
            float[] probabilities = scorer.score(TestSamples.pixels(image).toByteArray(), 1);
            List<Float> expected = new ArrayList<>();
            int best = 0;
            for (int digit = 0; digit < probabilities.length; digit++) {
                expected.add(probabilities[digit]);
                best = probabilities[digit] > probabilities[best] ? digit : best;
            }
            assertThat(prediction.getProbabilitiesList()).isEqualTo(expected);
            assertThat(prediction.getDigit()).isEqualTo(best);
        }
    }

    static ScoringRequest image(String source, int i) {
        return ScoringRequest.newBuilder()
                .setId("image-" + i)
                .setSource(source)
                .setPixels(TestSamples.pixels(i))
                .build();
    }
}
