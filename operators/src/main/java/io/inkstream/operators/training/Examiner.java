package io.inkstream.operators.training;

import io.inkstream.models.network.Reservoir;
import io.inkstream.models.network.Step;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.ImageReservoir;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.VersionCutterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges each version by the images that were held out so far, which no version was trained on. */
final class Examiner {

    /** Two thousand digits tell accuracies of 98 % apart to half a point, in a quarter of a second. */
    static final int CAPACITY = 2_000;

    /** Versions that a new one is ranked among. */
    private static final int COMPARED = 100;

    /** The two-sided 95 % quantile of the normal distribution. */
    private static final double Z = 1.959964;

    private final Reservoir holdout;
    private final List<Double> accuracies;

    Examiner(VersionCutterState restored) {
        holdout = Reservoir.restore(CAPACITY, restored.getHoldout());
        accuracies = new ArrayList<>(restored.getAccuraciesList());
    }

    void add(List<Sample> heldOut) {
        for (Sample sample : heldOut) {
            holdout.offer(sample.getPixels().toByteArray(), 0, sample.getLabel());
        }
    }

    /** Empty where nothing has been held out yet. */
    Optional<Evaluation> examine(NetworkState network) {
        if (holdout.size() == 0) {
            return Optional.empty();
        }
        Score score = score(network, holdout.state());
        double accuracy = (double) score.getCorrect() / score.getSamples();
        Evaluation.Builder evaluation = interval(score)
                .setScore(score)
                .setRank(1 + (int) accuracies.stream().filter(a -> a > accuracy).count())
                .setCompared(accuracies.size());
        accuracies.add(accuracy);
        if (accuracies.size() > COMPARED) {
            accuracies.remove(0);
        }
        return Optional.of(evaluation.build());
    }

    /** By the artefact that scorers will serve, not by the network that was trained. */
    private static Score score(NetworkState network, ImageReservoir images) {
        int n = images.getLabels().size();
        try (OnnxScorer scorer = OnnxScorer.load(OnnxExporter.export(network, Map.of()))) {
            float[] probabilities = scorer.score(images.getPixels().toByteArray(), n);
            return Updates.score(Step.judge(probabilities, images.getLabels().toByteArray(), n));
        } catch (UnusableModelException e) {
            // Diverged: no image is read right, and whoever looks at the version's accuracy sees it.
            return Score.newBuilder()
                    .setSamples(n)
                    .setLossSum(-n * StrictMath.log(Step.LEAST_PROBABILITY))
                    .build();
        }
    }

    /** E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). */
    static Evaluation.Builder interval(Score score) {
        double n = score.getSamples();
        double p = score.getCorrect() / n;
        double centre = p + Z * Z / (2 * n);
        double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        double scale = 1 + Z * Z / n;
        return Evaluation.newBuilder()
                .setLow(Math.max(0, (centre - half) / scale))
                .setHigh(Math.min(1, (centre + half) / scale));
    }

    void saveTo(VersionCutterState.Builder state) {
        state.setHoldout(holdout.state()).addAllAccuracies(accuracies);
    }
}
