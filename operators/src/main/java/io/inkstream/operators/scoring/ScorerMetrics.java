package io.inkstream.operators.scoring;

import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.ScoringRequest;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What a scorer tells of its work. Histograms are of the last {@value #WINDOW} values. */
final class ScorerMetrics {

    private static final int WINDOW = 1_000;

    private final Counter scored;
    private final Counter duplicates;
    private final Histogram receivedToScored;
    private final Histogram capturedToScored;
    private final Histogram batchFill;
    private final Histogram queueMicros;
    private final Histogram callMicros;

    ScorerMetrics(MetricGroup group) {
        scored = group.counter("scored");
        group.meter("scoredPerSecond", new MeterView(scored));
        duplicates = group.counter("duplicates");
        receivedToScored = histogram(group, "receivedToScoredMillis");
        capturedToScored = histogram(group, "capturedToScoredMillis");
        batchFill = histogram(group, "batchFill");
        queueMicros = histogram(group, "queueMicros");
        callMicros = histogram(group, "callMicros");
    }

    private static Histogram histogram(MetricGroup group, String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(WINDOW));
    }

    void duplicate() {
        duplicates.inc();
    }

    /**
     * One run of the model.
     *
     * @param queueNanos for how long the first image of the batch has waited
     */
    void batch(int images, long queueNanos, long callNanos) {
        scored.inc(images);
        batchFill.update(images);
        queueMicros.update(queueNanos / 1_000);
        callMicros.update(callNanos / 1_000);
    }

    void image(ScoringRequest request, Timestamp now) {
        if (request.hasReceived()) {
            receivedToScored.update(millisBetween(request.getReceived(), now));
        }
        if (request.hasCaptured()) {
            capturedToScored.update(millisBetween(request.getCaptured(), now));
        }
    }

    private static long millisBetween(Timestamp from, Timestamp to) {
        return (to.getSeconds() - from.getSeconds()) * 1_000 + (to.getNanos() - from.getNanos()) / 1_000_000;
    }
}
