package io.inkstream.operators.publishing;

import io.inkstream.schemas.v1.Comparison;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Score;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides whether a published version may go live: not where it is worse than the live one beyond doubt, by more than a
 * tolerance.
 *
 * <p>Worse beyond doubt: the lower end of a one-sided 95 % confidence interval of how much more accurate the live version
 * is lies above the tolerance. On the same images the interval is that of a difference of dependent proportions, for which
 * only the images count that one of the two reads right (D. G. Bonett, R. M. Price, "Adjusted Wald confidence interval for
 * a difference of binomial proportions based on paired data", 2012); otherwise that of independent ones (A. Agresti,
 * B. Caffo, "Simple and effective confidence intervals for proportions and differences of proportions result from adding
 * two successes and two failures", 2000). Both add two images, of which one speaks for each side: without these, forty
 * images all read right would be proof that no image is ever misread, and no later version would pass.
 *
 * @param policy who decides
 * @param tolerance how much worse a version may be, as a share of the images
 */
public record Gate(Policy policy, double tolerance) implements Serializable {

    /** Who decides whether a version goes live. */
    public enum Policy {
        /** Its accuracy. */
        GATE,
        /** Every version does. */
        ALWAYS,
        /** Somebody, by {@code inkstream models promote}. */
        MANUAL
    }

    /** The 95 % quantile of the normal distribution. */
    private static final double Z = 1.644854;

    public Gate {
        if (!(tolerance >= 0 && tolerance < 1)) {
            throw new IllegalArgumentException("--gate-tolerance %s: use 0 to below 1".formatted(tolerance));
        }
    }

    /** Why the version must not go live; empty where it may. Whether anybody proposes it, is the policy's. */
    Optional<String> objection(ModelVersion version, Optional<ModelVersion> live) {
        return policy == Policy.GATE && live.isPresent() ? compare(version, live.get()) : Optional.empty();
    }

    private Optional<String> compare(ModelVersion version, ModelVersion live) {
        Comparison same = version.getHoldout().getLive();
        if (same.getSamples() > 0 && same.getVersion() == live.getVersion()) {
            return objection(dependent(same), live, "the same %d held-out images".formatted(same.getSamples()));
        }
        if (version.hasHoldout() && live.hasHoldout()) {
            Score mine = version.getHoldout().getScore();
            Score theirs = live.getHoldout().getScore();
            return objection(
                    independent(mine, theirs),
                    live,
                    "%d and %d held-out images".formatted(mine.getSamples(), theirs.getSamples()));
        }
        Score mine = version.getLineage().getPrequential();
        Score theirs = live.getLineage().getPrequential();
        return objection(
                independent(mine, theirs),
                live,
                "%d and %d images before it was trained on them".formatted(mine.getSamples(), theirs.getSamples()));
    }

    private Optional<String> objection(Difference difference, ModelVersion live, String images) {
        return difference.surely > tolerance
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "worse than live version %d by %.2f points on %s, by more than %.2f with a confidence of 95 %%; tolerated are %.2f",
                        live.getVersion(),
                        100 * difference.worse,
                        images,
                        100 * difference.surely,
                        100 * tolerance))
                : Optional.empty();
    }

    /**
     * How much worse, as a share of the images.
     *
     * @param surely at least, with a confidence of 95 %
     */
    private record Difference(double worse, double surely) {}

    private static Difference dependent(Comparison comparison) {
        double n = comparison.getSamples() + 2;
        double lost = (comparison.getLost() + 1) / n;
        double gained = (comparison.getGained() + 1) / n;
        double worse = lost - gained;
        return new Difference(
                ((double) comparison.getLost() - comparison.getGained()) / comparison.getSamples(),
                worse - Z * Math.sqrt((lost + gained - worse * worse) / n));
    }

    private static Difference independent(Score mine, Score theirs) {
        if (mine.getSamples() == 0 || theirs.getSamples() == 0) {
            return new Difference(0, 0);
        }
        double n = mine.getSamples() + 2;
        double m = theirs.getSamples() + 2;
        double p = (mine.getCorrect() + 1) / n;
        double q = (theirs.getCorrect() + 1) / m;
        return new Difference(
                accuracy(theirs) - accuracy(mine), q - p - Z * Math.sqrt(p * (1 - p) / n + q * (1 - q) / m));
    }

    private static double accuracy(Score score) {
        return (double) score.getCorrect() / score.getSamples();
    }
}
