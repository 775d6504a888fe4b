package io.inkstream.operators.training;

import io.inkstream.models.network.Step;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.bytedeco.javacpp.Pointer;

/** What an operator sees of a trainer: speed, loss, prequential accuracy, and whether it gets on. */
final class TrainerMetrics {

    private static final int HISTOGRAM_SIZE = 1_000;

    private final Counter samplesTrained;
    private final Histogram stepMicros;
    private final ScoreWindow window = new ScoreWindow(List.of());
    private long trained;
    private long correct;
    private volatile double windowAccuracy;
    private volatile double accuracy;
    private volatile double loss;

    TrainerMetrics(MetricGroup group, StallWatch stall) {
        samplesTrained = group.counter("samplesTrained");
        group.meter("samplesTrainedPerSecond", new MeterView(samplesTrained));
        stepMicros = group.histogram("miniBatchMicros", new DescriptiveStatisticsHistogram(HISTOGRAM_SIZE));
        group.gauge("loss", () -> loss);
        group.gauge("prequentialAccuracy", () -> accuracy);
        group.gauge("prequentialAccuracyWindow", () -> windowAccuracy);
        group.gauge("stalled", () -> stall.isStalled() ? 1 : 0);
        // Of the whole process: ND4J does not tell what it holds itself.
        group.gauge("residentBytes", Pointer::physicalBytes);
    }

    void trained(Step step, long nanos) {
        samplesTrained.inc(step.samples());
        stepMicros.update(nanos / 1_000);
        window.add(Updates.score(step));
        trained += step.samples();
        correct += step.correct();
        loss = step.lossSum() / step.samples();
        accuracy = (double) correct / trained;
        windowAccuracy = window.accuracy();
    }
}
