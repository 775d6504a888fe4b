package io.inkstream.models.accuracy;

import java.util.function.DoublePredicate;

/** Finds where a condition that holds on the left of some point ceases to hold. */
final class Bisection {

    /** More than a double has bits for numbers below 1 that matter here. */
    private static final int STEPS = 50;

    private Bisection() {}

    /** @param holds true up to some point between {@code low} and {@code high}, false after it */
    static double find(double low, double high, DoublePredicate holds) {
        double left = low;
        double right = high;
        for (int step = 0; step < STEPS; step++) {
            double middle = (left + right) / 2;
            if (holds.test(middle)) {
                left = middle;
            } else {
                right = middle;
            }
        }
        return (left + right) / 2;
    }
}
