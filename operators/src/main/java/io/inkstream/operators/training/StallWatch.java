package io.inkstream.operators.training;

import io.inkstream.models.background.DaemonThread;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a trainer that has data and does not get on with them: a training step, or handing on what it learned, that
 * takes longer than a minute. A trainer that waits for data is not stalled.
 */
final class StallWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long IDLE = 0;

    private final LongSupplier nanos;
    private final ScheduledExecutorService thread = DaemonThread.named("stall watch");
    private volatile long busySince = IDLE;
    private boolean told;

    /** @param nanos a clock such as {@link System#nanoTime} */
    StallWatch(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // looking cannot fail
    StallWatch start() {
        thread.scheduleWithFixedDelay(this::look, 5, 5, TimeUnit.SECONDS);
        return this;
    }

    void busy() {
        busySince = nanos.getAsLong() | 1;
    }

    void idle() {
        busySince = IDLE;
    }

    boolean isStalled() {
        long since = busySince;
        return since != IDLE && nanos.getAsLong() - since > PATIENCE.toNanos();
    }

    /** Warns once for each stall. */
    void look() {
        boolean stalled = isStalled();
        if (stalled && !told) {
            LOG.warn(
                    "the trainer has been busy with the same mini-batch, or with handing on, for more than {} s: data wait and nothing is trained. A thread dump of the TaskManager shows where it hangs; HDFS that does not answer is the usual cause",
                    PATIENCE.toSeconds());
        }
        told = stalled;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
