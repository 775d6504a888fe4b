package io.inkstream.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Measures how many images this thread gets through in a second: the median of many windows, without the first, in which
 * the JVM warms up.
 */
final class Windows {
    private final long nanos;
    private final List<Double> rates = new ArrayList<>();
    private final LongSupplier clock;
    private long began;
    private long images;

    private Windows(long nanos, LongSupplier clock) {
        this.nanos = nanos;
        this.clock = clock;
        this.began = clock.getAsLong();
    }

    /** Of this thread's CPU time, which other processes disturb less than the time on the wall. */
    static Windows ofCpuTime(long nanos) {
        return new Windows(nanos, () -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    }

    /** For what several threads do together, on cores that are idle otherwise. */
    static Windows ofTime(long nanos) {
        return new Windows(nanos, System::nanoTime);
    }

    /** Counts images just done; closes the window when its time is up. */
    void add(int done) {
        images += done;
        long now = clock.getAsLong();
        if (now - began >= nanos) {
            rates.add(images * 1e9 / (now - began));
            images = 0;
            began = now;
        }
    }

    int closed() {
        return rates.size();
    }

    /** Images per second of the clock, NaN where less than two windows have closed. */
    double median() {
        List<Double> warm = new ArrayList<>(rates.subList(Math.min(1, rates.size()), rates.size()));
        Collections.sort(warm);
        return warm.isEmpty() ? Double.NaN : warm.get(warm.size() / 2);
    }
}
