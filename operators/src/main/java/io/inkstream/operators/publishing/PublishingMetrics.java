package io.inkstream.operators.publishing;

import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.ModelVersion;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.groups.OperatorMetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** Counts what is published, and measures how long that takes. */
final class PublishingMetrics {

    /** Versions whose time to publish is looked at; at one every five seconds, the last eight minutes. */
    private static final int WINDOW = 100;

    private final Counter versionsPublished;
    private final Counter versionsRejected;
    private final Histogram checkpointToPublish;

    PublishingMetrics(OperatorMetricGroup group) {
        versionsPublished = group.counter("versionsPublished");
        versionsRejected = group.counter("versionsRejected");
        checkpointToPublish = group.histogram("checkpointToPublishMillis", new DescriptiveStatisticsHistogram(WINDOW));
    }

    /** Takes note of a version that the gate does not let live. */
    void rejected() {
        versionsRejected.inc();
    }

    /** Takes note of a version that has just been published for the first time. */
    void published(ModelVersion version) {
        versionsPublished.inc();
        // Cut and published may be on machines whose clocks differ.
        checkpointToPublish.update(Math.max(0, System.currentTimeMillis() - Timestamps.toMillis(version.getCreated())));
    }
}
