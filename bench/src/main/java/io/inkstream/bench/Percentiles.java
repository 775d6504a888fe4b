package io.inkstream.bench;

import java.util.Arrays;

/**
 * How long something took, all in milliseconds: the smallest values that are not exceeded by that share of all.
 *
 * @param n values; the others are NaN where there are none
 */
record Percentiles(int n, double p50, double p99, double p999, double max) {

    /** By nearest rank. */
    static Percentiles ofNanos(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(
                sorted.length, rank(sorted, 0.5), rank(sorted, 0.99), rank(sorted, 0.999), rank(sorted, 1));
    }

    private static double rank(long[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(1, rank) - 1] / 1e6;
    }
}
