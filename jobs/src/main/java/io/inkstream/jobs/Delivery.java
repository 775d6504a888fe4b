package io.inkstream.jobs;

import java.time.Duration;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * How a job writes to Kafka.
 *
 * @param guarantee exactly once, in transactions that are committed with the checkpoints; or at least once, at once
 * @param transactionTimeout after which Kafka aborts a transaction that was not committed
 */
record Delivery(DeliveryGuarantee guarantee, Duration transactionTimeout) {

    /** Below the brokers' usual limit of 15 minutes, above any restart that should lose nothing. */
    static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(10);

    static final Delivery EXACTLY_ONCE = new Delivery(DeliveryGuarantee.EXACTLY_ONCE, TRANSACTION_TIMEOUT);

    /**
     * Refuses what {@link CommitDeadline} could not keep its word with.
     *
     * @throws IllegalArgumentException where transactions could not be committed in time, or nothing is promised
     */
    void validate(Duration checkpointInterval) {
        if (guarantee == DeliveryGuarantee.NONE) {
            throw new IllegalArgumentException(
                    "--delivery none would lose predictions: use exactly-once or at-least-once");
        }
        // Kafka has it in milliseconds, as an int.
        if (transactionTimeout.compareTo(Duration.ofSeconds(10)) < 0
                || transactionTimeout.compareTo(Duration.ofDays(24)) > 0) {
            throw new IllegalArgumentException("--transaction-timeout must be 10s to 24d");
        }
        if (isTransactional() && checkpointInterval.multipliedBy(4).compareTo(transactionTimeout) > 0) {
            throw new IllegalArgumentException(
                    ("--checkpoint-interval is %d s: where records are written exactly once it must be at most a quarter of"
                                    + " the transactions' timeout, which is %d s (--transaction-timeout of scoring and feedback)")
                            .formatted(checkpointInterval.toSeconds(), transactionTimeout.toSeconds()));
        }
    }

    boolean isTransactional() {
        return guarantee == DeliveryGuarantee.EXACTLY_ONCE;
    }
}
