package io.inkstream.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures how many images this thread gets through in a second of its CPU time, which other processes disturb less than
 * the time on the wall: the median of many windows, without the first, in which the JVM warms up.
 */
final class Windows {
    private final long nanos;
    private final List<Double> rates = new ArrayList<>();
    private long began = cpuTime();
    private long images;

    Windows(long nanos) {
        this.nanos = nanos;
    }

    /** Counts images just done; closes the window when its time is up. */
    void add(int done) {
        images += done;
        long now = cpuTime();
        if (now - began >= nanos) {
            rates.add(images * 1e9 / (now - began));
            images = 0;
            began = now;
        }
    }

    int closed() {
        return rates.size();
    }

    /** Images per CPU-second, NaN where less than two windows have closed. */
    double median() {
        List<Double> warm = new ArrayList<>(rates.subList(Math.min(1, rates.size()), rates.size()));
        Collections.sort(warm);
        return warm.isEmpty() ? Double.NaN : warm.get(warm.size() / 2);
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
