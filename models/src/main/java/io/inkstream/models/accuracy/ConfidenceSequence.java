package io.inkstream.models.accuracy;

/**
 * Tells between which bounds a version's accuracy lies, while its labels come in.
 *
 * <p>However often one looks, and whenever one stops, with the probability {@link #CONFIDENCE} the accuracy is within the
 * bounds at all times: they are not those of a fixed number of labels, which one look in twenty would miss.
 *
 * <p>At the true accuracy, the likelihood's mean over all accuracies divided by the likelihood itself is a martingale that
 * starts at 1. By Ville's inequality it ever exceeds 20 with a probability of at most 1/20; so what is outside the bounds is
 * what would have it exceed 20. H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of
 * Mathematical Statistics 41 (1970); S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric,
 * nonasymptotic confidence sequences", Annals of Statistics 49 (2021).
 */
public final class ConfidenceSequence {

    public static final double CONFIDENCE = 0.95;

    static final double LOG_LIMIT = -Math.log(1 - CONFIDENCE);

    private ConfidenceSequence() {}

    /** An accuracy is at least {@code low} and at most {@code high}. */
    public record Bounds(double low, double high) {}

    /** Without labels, from 0 to 1. */
    public static Bounds of(Judged judged) {
        if (judged.labels() == 0) {
            return new Bounds(0, 1);
        }
        double least = Mixture.mean(judged) - LOG_LIMIT;
        double best = judged.accuracy();
        // The likelihood rises up to the observed accuracy, and falls from there.
        double low = judged.correct() == 0 ? 0 : Bisection.find(0, best, p -> Mixture.at(p, judged) < least);
        double high = judged.wrong() == 0 ? 1 : Bisection.find(best, 1, p -> Mixture.at(p, judged) >= least);
        return new Bounds(low, high);
    }
}
