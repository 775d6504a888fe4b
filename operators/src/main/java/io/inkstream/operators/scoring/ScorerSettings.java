package io.inkstream.operators.scoring;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;

/**
 * How a scorer goes about its work.
 *
 * @param batchSize images scored together at most, 1 to {@link #MAX_BATCH_SIZE}
 * @param batchDelay how long an image waits for others at most, to the millisecond; 0: it waits for none
 * @param deduplicate for how long an image's id is remembered; null: it is not
 */
public record ScorerSettings(int batchSize, Duration batchDelay, Duration deduplicate) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** From 32 up a network is not read any faster. */
    public static final int MAX_BATCH_SIZE = 256;

    /** Longer than anybody waits for a prediction. */
    private static final Duration MAX_BATCH_DELAY = Duration.ofMinutes(1);

    /** @throws IllegalArgumentException for what cannot be, with the option's name */
    public ScorerSettings {
        if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
            throw new IllegalArgumentException(
                    "--batch-size is %d; choose 1 to %d".formatted(batchSize, MAX_BATCH_SIZE));
        }
        if (batchDelay.isNegative() || batchDelay.compareTo(MAX_BATCH_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "--batch-delay is %d ms; choose 0ms to 1m".formatted(batchDelay.toMillis()));
        }
        if (deduplicate != null && deduplicate.toMillis() < 1) {
            throw new IllegalArgumentException("--deduplicate must be at least 1ms, or left out");
        }
    }

    Optional<Duration> remembering() {
        return Optional.ofNullable(deduplicate);
    }
}
