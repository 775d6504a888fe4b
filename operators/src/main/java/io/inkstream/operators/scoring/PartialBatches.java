package io.inkstream.operators.scoring;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a batch that is not full is scored: after a delay; or, where there is none, as soon as the task has nothing
 * else to do, so that batches grow with the load and no image waits in vain. Used in the task's thread only.
 */
final class PartialBatches {

    private static final Logger LOG = LoggerFactory.getLogger(PartialBatches.class);

    private final MicroBatch batch;
    private final Duration delay;
    private final MailboxExecutor mailbox;
    private final ProcessingTimeService clock;
    private final ThrowingRunnable<Exception> score;
    private boolean isWaiting;
    private long added;

    /** @param score scores the batch */
    PartialBatches(
            MicroBatch batch,
            Duration delay,
            MailboxExecutor mailbox,
            ProcessingTimeService clock,
            ThrowingRunnable<Exception> score) {
        this.batch = batch;
        this.delay = delay;
        this.mailbox = mailbox;
        this.clock = clock;
        this.score = score;
    }

    /** An image was added to the batch, which is not full. */
    void added() {
        added++;
        if (isWaiting) {
            return;
        }
        if (delay.isZero()) {
            scoreWhenIdle();
        } else {
            scoreIn(delay.toMillis());
        }
    }

    /** A mail is read after each image that the task takes; so if none came since the last one, none is there. */
    private void scoreWhenIdle() {
        long before = added;
        isWaiting = true;
        try {
            mailbox.execute(() -> scoreIfIdle(before), "score what has come");
        } catch (RejectedExecutionException e) {
            LOG.debug("the task is ending, and its images will be read again", e);
        }
    }

    private void scoreIfIdle(long before) throws Exception {
        isWaiting = false;
        if (batch.isEmpty()) {
            return;
        }
        if (added == before) {
            score.run();
        } else {
            scoreWhenIdle();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what a timer throws fails the task
    private void scoreIn(long millis) {
        isWaiting = true;
        clock.registerTimer(clock.getCurrentProcessingTime() + millis, time -> scoreIfDue());
    }

    /** The batch may be another one than that for which the timer was set. */
    private void scoreIfDue() throws Exception {
        isWaiting = false;
        if (batch.isEmpty()) {
            return;
        }
        long left = delay.minusNanos(batch.ageNanos()).toMillis();
        if (left <= 0) {
            score.run();
        } else {
            scoreIn(left);
        }
    }
}
