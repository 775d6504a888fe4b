package io.inkstream.bench;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.schemas.v1.Prediction;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** Looks for predictions of a {@link SteadyLoad}'s images that break what is promised: all counts are to be 0. */
final class PredictionAudit {
    private final int sources;
    private final long sent;
    private final BitSet seen = new BitSet();
    private final Map<String, Prediction> latest = new TreeMap<>();
    private long repeated;
    private long outOfOrder;
    private long backwards;

    /**
     * What was found.
     *
     * @param missing images without a prediction
     * @param repeated predictions of an image that had one
     * @param outOfOrder predictions that do not follow, by image and by sequence, on the one before of their source
     * @param backwards predictions by an older version than the one before of their source
     * @param others predictions with another bit than the version that they name gives
     */
    record Violations(long missing, long repeated, long outOfOrder, long backwards, long others) {
        long all() {
            return missing + repeated + outOfOrder + backwards + others;
        }
    }

    @FunctionalInterface
    interface Models {
        OnnxScorer load(long version) throws IOException, UnusableModelException;
    }

    private PredictionAudit(long sent, int sources) {
        this.sent = sent;
        this.sources = sources;
    }

    /**
     * @param predictions those of one source in the order in which they stand in their topic
     * @param sent how many images, numbered from 0, dealt to the sources in turn
     * @param pixels of the image with a number
     */
    static Violations audit(
            List<Prediction> predictions, long sent, int sources, LongFunction<byte[]> pixels, Models models)
            throws IOException, UnusableModelException {
        PredictionAudit audit = new PredictionAudit(sent, sources);
        predictions.forEach(audit::look);
        return new Violations(
                sent - audit.seen.cardinality(),
                audit.repeated,
                audit.outOfOrder,
                audit.backwards,
                others(predictions, pixels, models));
    }

    private void look(Prediction prediction) {
        int image = Integer.parseInt(prediction.getId());
        if (image >= sent) {
            throw new IllegalArgumentException("image %d was not sent".formatted(image));
        }
        if (seen.get(image)) {
            repeated++;
        }
        seen.set(image);
        Prediction before = latest.put(prediction.getSource(), prediction);
        int expected = before == null ? image % sources : Integer.parseInt(before.getId()) + sources;
        long sequence = before == null ? 1 : before.getSequence() + 1;
        if (image != expected || prediction.getSequence() != sequence) {
            outOfOrder++;
        }
        if (before != null && prediction.getModelVersion() < before.getModelVersion()) {
            backwards++;
        }
    }

    /** Version by version, so that one is loaded at a time. */
    private static long others(List<Prediction> predictions, LongFunction<byte[]> pixels, Models models)
            throws IOException, UnusableModelException {
        Map<Long, List<Prediction>> byVersion =
                predictions.stream().collect(Collectors.groupingBy(Prediction::getModelVersion));
        long others = 0;
        for (Map.Entry<Long, List<Prediction>> version : byVersion.entrySet()) {
            try (OnnxScorer scorer = models.load(version.getKey())) {
                for (Prediction prediction : version.getValue()) {
                    float[] again = scorer.score(pixels.apply(Long.parseLong(prediction.getId())), 1);
                    others += isSame(prediction, again) ? 0 : 1;
                }
            }
        }
        return others;
    }

    private static boolean isSame(Prediction prediction, float[] again) {
        boolean same = prediction.getProbabilitiesCount() == again.length;
        for (int i = 0; same && i < again.length; i++) {
            same = Float.floatToRawIntBits(prediction.getProbabilities(i)) == Float.floatToRawIntBits(again[i]);
        }
        return same;
    }
}
