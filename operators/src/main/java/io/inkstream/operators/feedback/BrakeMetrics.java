package io.inkstream.operators.feedback;

import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** How the live version and the one before it read what is served; a share is not a number before there are labels. */
final class BrakeMetrics {

    private final Counter pulls;

    BrakeMetrics(MetricGroup group, ServedVersions versions) {
        pulls = group.counter("brakePulls");
        group.gauge("liveVersion", versions::live);
        group.gauge("previousVersion", versions::previous);
        define(group, "live", versions, versions::live);
        define(group, "previous", versions, versions::previous);
    }

    private static void define(MetricGroup group, String name, ServedVersions versions, LongSupplier version) {
        define(group, name, versions, version, LiveEvaluation::getTotal);
        define(group, name + "Audit", versions, version, LiveEvaluation::getRandomAudit);
        define(group, name + "Window", versions, version, LiveEvaluation::getWindow);
    }

    private static void define(
            MetricGroup group,
            String name,
            ServedVersions versions,
            LongSupplier version,
            Function<LiveEvaluation, Confusion> labels) {
        group.gauge(
                name + "Labels",
                () -> versions.judged(version.getAsLong(), labels).labels());
        group.gauge(
                name + "Accuracy",
                () -> versions.judged(version.getAsLong(), labels).accuracy());
    }

    void pulled() {
        pulls.inc();
    }
}
