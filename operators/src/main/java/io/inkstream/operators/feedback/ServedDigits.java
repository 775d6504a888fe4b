package io.inkstream.operators.feedback;

import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.Prediction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Takes from predictions what is joined with labels. Anybody may write to their topic: what no scorer writes is skipped. */
final class ServedDigits extends ProcessFunction<Prediction, FeedbackEvent> {
    private static final long serialVersionUID = 1L;

    /** In UTF-16 units, as an image's id. */
    private static final int MAX_ID_LENGTH = 1_024;

    private transient Counter unusable;

    @Override
    public void open(OpenContext context) {
        unusable = getRuntimeContext().getMetricGroup().counter("unusable");
    }

    @Override
    public void processElement(Prediction prediction, Context context, Collector<FeedbackEvent> out) {
        if (isUsable(prediction)) {
            out.collect(Events.served(prediction));
        } else {
            unusable.inc();
        }
    }

    private static boolean isUsable(Prediction prediction) {
        return !prediction.getId().isEmpty()
                && prediction.getId().length() <= MAX_ID_LENGTH
                && prediction.getDigit() >= 0
                && prediction.getDigit() <= 9
                && prediction.getModelVersion() > 0;
    }
}
