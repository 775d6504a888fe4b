package io.inkstream.models.accuracy;

import io.inkstream.schemas.v1.Confusion;

/**
 * How a version read images whose labels have come.
 *
 * @param labels how many there were
 * @param correct how many of them it read right
 */
public record Judged(long labels, long correct) {

    static final int DIGITS = 10;

    /** @throws IllegalArgumentException where more are right than there are, or fewer than none */
    public Judged {
        if (correct < 0 || correct > labels) {
            throw new IllegalArgumentException("%d of %d labels cannot be right".formatted(correct, labels));
        }
    }

    /** Sums up a confusion matrix. */
    public static Judged of(Confusion confusion) {
        long labels = 0;
        long correct = 0;
        for (int cell = 0; cell < confusion.getCountsCount(); cell++) {
            labels += confusion.getCounts(cell);
            if (cell / DIGITS == cell % DIGITS) {
                correct += confusion.getCounts(cell);
            }
        }
        return new Judged(labels, correct);
    }

    long wrong() {
        return labels - correct;
    }

    /** The share that is right; not a number where there are no labels. */
    public double accuracy() {
        return (double) correct / labels;
    }
}
