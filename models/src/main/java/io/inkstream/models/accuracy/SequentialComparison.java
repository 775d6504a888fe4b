package io.inkstream.models.accuracy;

/**
 * Tells whether a version is worse than another beyond doubt, while the labels of both come in.
 *
 * <p>However often one looks, a version that is not worse by more than the tolerance is found to be so with a probability of
 * at most 1 − {@link ConfidenceSequence#CONFIDENCE} over its whole life. Labels may come in any order and number, as long as
 * it does not depend on whether they will prove the version right.
 *
 * <p>The evidence is the likelihood of all readings, as its mean over all pairs of accuracies, divided by its maximum over
 * those pairs that the tolerance allows. For the pair that is true it is at most a martingale that starts at 1, and exceeds
 * 20 with a probability of at most 1/20 (Ville). The largest tolerance with which it would still do so is the lower end of a
 * confidence sequence for the difference. L. Wasserman, A. Ramdas, S. Balakrishnan, "Universal inference", PNAS 117 (2020);
 * the means over all accuracies are Robbins', see {@link ConfidenceSequence}.
 */
public final class SequentialComparison {

    private final Judged before;
    private final Judged live;

    /** @param before the version that the other one is compared with */
    public SequentialComparison(Judged before, Judged live) {
        this.before = before;
        this.live = live;
    }

    /**
     * Whether the live version's accuracy is lower by more than that, beyond doubt.
     *
     * @param tolerance from 0 to below 1
     */
    public boolean isWorseByMoreThan(double tolerance) {
        if (!seemsWorseByMoreThan(tolerance)) {
            return false;
        }
        // Any allowed pair will do to see that there is no case, which spares the search for the best one nearly
        // always.
        double total = before.labels() + live.labels();
        double guess = (before.correct() + live.correct() + tolerance * live.labels()) / total;
        return isEvidence(guess, tolerance) && isEvidence(mostLikely(tolerance), tolerance);
    }

    private boolean seemsWorseByMoreThan(double tolerance) {
        return before.labels() > 0 && live.labels() > 0 && before.accuracy() - live.accuracy() > tolerance;
    }

    private boolean isEvidence(double accuracyBefore, double tolerance) {
        double likelihood = Mixture.at(accuracyBefore, before) + Mixture.at(accuracyBefore - tolerance, live);
        return Mixture.mean(before) + Mixture.mean(live) - likelihood >= ConfidenceSequence.LOG_LIMIT;
    }

    /**
     * The accuracy of the version before under which the readings are most likely, were the live one worse by just the
     * tolerance: where the likelihood, which is concave, ceases to rise.
     */
    private double mostLikely(double tolerance) {
        return Bisection.find(tolerance, 1, p -> slope(before, p) + slope(live, p - tolerance) > 0);
    }

    private static double slope(Judged judged, double accuracy) {
        return judged.correct() / accuracy - judged.wrong() / (1 - accuracy);
    }

    /** By how much the live version is worse at least, beyond doubt; 0 where that is not even a little. */
    public double worseByAtLeast() {
        return isWorseByMoreThan(0) ? Bisection.find(0, 1, this::isWorseByMoreThan) : 0;
    }
}
