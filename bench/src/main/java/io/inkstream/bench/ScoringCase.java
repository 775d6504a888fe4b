package io.inkstream.bench;

import io.inkstream.jobs.ScoringOptions;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * One way to run the scoring job.
 *
 * @param batchSize of the scorer
 * @param batchDelayMs how long an image waits for others
 * @param sources to which images belong in turn
 * @param deduplicate whether ids are remembered
 */
record ScoringCase(
        String network,
        int scorers,
        int batchSize,
        long batchDelayMs,
        int sources,
        boolean deduplicate,
        DeliveryGuarantee delivery) {
    private static final Duration REMEMBERED = Duration.ofHours(1);

    static final String HEAD = "| network | scorers | batch | sources | dedup | delivery |";
    static final String RULE = "|---|--:|--:|--:|---|---|";

    ScoringCase withScorers(int other) {
        return new ScoringCase(network, other, batchSize, batchDelayMs, sources, deduplicate, delivery);
    }

    ScoringCase withBatchSize(int other) {
        return new ScoringCase(network, scorers, other, batchDelayMs, sources, deduplicate, delivery);
    }

    ScoringCase withSources(int other) {
        return new ScoringCase(network, scorers, batchSize, batchDelayMs, other, deduplicate, delivery);
    }

    ScoringCase withDeduplicate(boolean other) {
        return new ScoringCase(network, scorers, batchSize, batchDelayMs, sources, other, delivery);
    }

    ScoringCase withDelivery(DeliveryGuarantee other) {
        return new ScoringCase(network, scorers, batchSize, batchDelayMs, sources, deduplicate, other);
    }

    void applyTo(ScoringOptions options) {
        options.withBatches(batchSize, Duration.ofMillis(batchDelayMs)).withDelivery(delivery);
        if (deduplicate) {
            options.withDeduplication(REMEMBERED);
        }
    }

    /** The beginning of a line of the table. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %,d | %s | %s |",
                network,
                scorers,
                batchSize,
                sources,
                deduplicate ? "on" : "off",
                delivery);
    }
}
