package io.inkstream.operators.training;

import io.inkstream.models.network.Reservoir;
import io.inkstream.models.network.Step;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.schemas.v1.Comparison;
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

    /**
     * Judges by the artefact that scorers will serve, not by the network that was trained.
     *
     * @param live to compare with on the same images
     * @return empty where nothing has been held out yet
     */
    Optional<Evaluation> examine(NetworkState network, Optional<LiveModel.Loaded> live) {
        if (holdout.size() == 0) {
            return Optional.empty();
        }
        ImageReservoir images = holdout.state();
        byte[] pixels = images.getPixels().toByteArray();
        byte[] labels = images.getLabels().toByteArray();
        Optional<float[]> probabilities = probabilities(network, pixels, labels.length);
        Score score = probabilities
                .map(p -> Updates.score(Step.judge(p, labels, labels.length)))
                .orElseGet(() -> nothingRight(labels.length));
        Evaluation.Builder evaluation = ranked(score);
        live.ifPresent(other ->
                evaluation.setLive(compare(probabilities, other.scorer().score(pixels, labels.length), labels)
                        .setVersion(other.version())));
        return Optional.of(evaluation.build());
    }

    private Evaluation.Builder ranked(Score score) {
        double accuracy = (double) score.getCorrect() / score.getSamples();
        Evaluation.Builder evaluation = interval(score)
                .setScore(score)
                .setRank(1 + (int) accuracies.stream().filter(a -> a > accuracy).count())
                .setCompared(accuracies.size());
        accuracies.add(accuracy);
        if (accuracies.size() > COMPARED) {
            accuracies.remove(0);
        }
        return evaluation;
    }

    /** Empty where it has diverged and gives none. */
    private static Optional<float[]> probabilities(NetworkState network, byte[] pixels, int n) {
        try (OnnxScorer scorer = OnnxScorer.load(OnnxExporter.export(network, Map.of()))) {
            return Optional.of(scorer.score(pixels, n));
        } catch (UnusableModelException e) {
            return Optional.empty();
        }
    }

    private static Score nothingRight(int n) {
        return Score.newBuilder()
                .setSamples(n)
                .setLossSum(-n * StrictMath.log(Step.LEAST_PROBABILITY))
                .build();
    }

    private static Comparison.Builder compare(Optional<float[]> mine, float[] theirs, byte[] labels) {
        Comparison.Builder comparison = Comparison.newBuilder().setSamples(labels.length);
        for (int i = 0; i < labels.length; i++) {
            boolean right = mine.isPresent() && Step.isRight(mine.get(), labels, i);
            boolean theirsIsRight = Step.isRight(theirs, labels, i);
            comparison.setGained(comparison.getGained() + (right && !theirsIsRight ? 1 : 0));
            comparison.setLost(comparison.getLost() + (theirsIsRight && !right ? 1 : 0));
        }
        return comparison;
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
