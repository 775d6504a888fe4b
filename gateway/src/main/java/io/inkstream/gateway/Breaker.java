package io.inkstream.gateway;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps requests away from what does not answer: after several that came to nothing in a row only one passes each second,
 * to find out whether it answers again. One success lets all pass.
 */
final class Breaker {
    private static final int FAILURES = 8;
    private static final long PROBE_EVERY = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanoTime;
    private int failures;
    private long probedAt;

    Breaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized boolean lets() {
        if (failures < FAILURES) {
            return true;
        }
        long now = nanoTime.getAsLong();
        if (now - probedAt < PROBE_EVERY) {
            return false;
        }
        probedAt = now;
        return true;
    }

    synchronized void succeeded() {
        failures = 0;
    }

    synchronized void failed() {
        failures++;
        if (failures == FAILURES) {
            probedAt = nanoTime.getAsLong();
        }
    }

    synchronized boolean isOpen() {
        return failures >= FAILURES;
    }
}
