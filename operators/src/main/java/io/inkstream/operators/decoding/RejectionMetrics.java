package io.inkstream.operators.decoding;

import io.inkstream.schemas.v1.RejectionReason;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts the records that were put aside, for each reason in a group of its own: {@code reason=WRONG_SIZE}. */
final class RejectionMetrics {
    private final Map<RejectionReason, Counter> rejected = new EnumMap<>(RejectionReason.class);

    /** Registers all, so that what has not happened yet reads 0. */
    RejectionMetrics(MetricGroup group) {
        for (RejectionReason reason : RejectionReason.values()) {
            if (reason != RejectionReason.REJECTION_REASON_UNSPECIFIED && reason != RejectionReason.UNRECOGNIZED) {
                rejected.put(reason, group.addGroup("reason", reason.name()).counter("rejected"));
            }
        }
    }

    void rejected(RejectionReason reason) {
        rejected.get(reason).inc();
    }
}
