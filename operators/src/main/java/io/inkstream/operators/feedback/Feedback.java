package io.inkstream.operators.feedback;

import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScoringRequest;
import java.time.Duration;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.OutputTag;

/**
 * Makes the functions of the feedback job that join late labels with images and predictions.
 *
 * <p>The time of each event is that of its Kafka record; where that is none, the wall clock's. One in the future would keep
 * state for as long: the job cuts it.
 */
public final class Feedback {

    /** What a label's reason is where its image was chosen by chance: such labels are a fair sample of what is served. */
    public static final String RANDOM_AUDIT = "random-audit";

    /** Predictions, each judged by its image's label in force. */
    public static final OutputTag<Outcome> OUTCOMES =
            new OutputTag<>("outcomes", ProtobufTypeInfo.forMessage(Outcome.class));

    private Feedback() {}

    /** Decodes labels. What it cannot use goes to {@link Decoding#REJECTED}. */
    public static ProcessFunction<IncomingRecord, FeedbackEvent> labels() {
        return Decoding.labels();
    }

    /** Images, decoded as for scoring. */
    public static MapFunction<ScoringRequest, FeedbackEvent> images() {
        return Events::image;
    }

    /** Predictions. Those that no scorer makes are counted ({@code unusable}) and skipped. */
    public static ProcessFunction<Prediction, FeedbackEvent> served() {
        return new ServedDigits();
    }

    /**
     * Joins events keyed by image id, whose timestamps are event time: an image and its label make a labelled image to
     * train on; a prediction and a label, one of {@link #OUTCOMES}. A label that has had no image goes to {@link
     * Decoding#REJECTED}.
     *
     * @param labelTtl for how long after its latest event all of an image is remembered
     */
    public static KeyedProcessFunction<String, FeedbackEvent, LabeledImage> join(Duration labelTtl) {
        return new LabelJoin(labelTtl);
    }
}
