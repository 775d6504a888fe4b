package io.inkstream.operators.feedback;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts what becomes of labels. */
final class JoinMetrics {
    private final Counter matched;
    private final Counter corrected;
    private final Counter repeated;
    private final Counter withoutImage;
    private final Counter withoutPrediction;

    JoinMetrics(MetricGroup group) {
        matched = group.counter("labelsMatched");
        corrected = group.counter("labelsCorrected");
        repeated = group.counter("labelsRepeated");
        withoutImage = group.counter("labelsWithoutImage");
        withoutPrediction = group.counter("labelsWithoutPrediction");
    }

    /** An image has got its first label, or a label its image. */
    void matched() {
        matched.inc();
    }

    void label(LabelChange.Kind kind) {
        if (kind == LabelChange.Kind.CORRECTION) {
            corrected.inc();
        } else if (kind == LabelChange.Kind.NONE) {
            repeated.inc();
        }
    }

    /** A label has waited for its image in vain. */
    void withoutImage() {
        withoutImage.inc();
    }

    /** A label has judged nothing. */
    void withoutPrediction() {
        withoutPrediction.inc();
    }
}
