package io.inkstream.jobs.chaos;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.schemas.v1.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Each prediction is, to the bit, what the version that it names reads in the image. */
final class ScoreCheck {

    private ScoreCheck() {}

    /** Gives the bytes of a version's model. */
    @FunctionalInterface
    interface Models {
        byte[] read(long version) throws Exception;
    }

    /** @param pixels of the image with that number among its source's */
    static List<String> violations(List<Prediction> predictions, BiFunction<String, Long, byte[]> pixels, Models models)
            throws Exception {
        Map<Long, List<Prediction>> byVersion = predictions.stream()
                .collect(Collectors.groupingBy(Prediction::getModelVersion, TreeMap::new, Collectors.toList()));
        List<String> violations = new ArrayList<>();
        for (Map.Entry<Long, List<Prediction>> version : byVersion.entrySet()) {
            try (OnnxScorer scorer = OnnxScorer.load(models.read(version.getKey()))) {
                for (Prediction prediction : version.getValue()) {
                    byte[] image = pixels.apply(prediction.getSource(), Long.valueOf(prediction.getId()));
                    if (!isSame(prediction, scorer.score(image, 1))) {
                        violations.add("%s, image %s: version %d reads otherwise"
                                .formatted(prediction.getSource(), prediction.getId(), version.getKey()));
                    }
                }
            }
        }
        return violations;
    }

    private static boolean isSame(Prediction prediction, float[] again) {
        List<Float> probabilities = new ArrayList<>();
        for (float probability : again) {
            probabilities.add(probability);
        }
        return prediction.getProbabilitiesList().equals(probabilities);
    }
}
