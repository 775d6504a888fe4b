package io.inkstream.operators.feedback;

import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.JoinState;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LateLabel;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.RejectionReason;
import io.inkstream.schemas.v1.ServedDigit;
import io.inkstream.schemas.v1.WaitingImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Joins what comes of one image: the image, what was read in it, and its labels, in any order.
 *
 * <p>The picture is written once; what changes with each event, a tenth of its size, is a state of its own. Each image has one
 * timer, set with its first event; where there were later ones, it is set again when it fires. Then all is gone at once.
 */
final class LabelJoin extends KeyedProcessFunction<String, FeedbackEvent, LabeledImage> {
    private static final long serialVersionUID = 1L;

    private static final int SIDE = 28;

    private final Duration ttl;
    private transient ValueState<WaitingImage> picture;
    private transient ValueState<JoinState> joined;
    private transient JoinMetrics metrics;

    LabelJoin(Duration ttl) {
        if (ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("labels are awaited for %s: let it be more than 0".formatted(ttl));
        }
        this.ttl = ttl;
    }

    @Override
    public void open(OpenContext context) {
        picture = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("picture", ProtobufTypeInfo.forMessage(WaitingImage.class)));
        joined = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("joined", ProtobufTypeInfo.forMessage(JoinState.class)));
        metrics = new JoinMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(FeedbackEvent event, Context context, Collector<LabeledImage> out) throws Exception {
        long time = Objects.requireNonNull(context.timestamp(), "the job gives each event its time");
        JoinState before = joined.value();
        JoinedImage image = JoinedImage.of(before);
        image.keepUntil(expiry(time));
        if (before == null) {
            context.timerService().registerEventTimeTimer(image.expires());
        }
        switch (event.getEventCase()) {
            case IMAGE -> addImage(image, event.getImage(), context, out);
            case SERVED -> addServed(image, event.getServed(), context);
            case LABEL -> addLabel(image, event.getLabel(), context, out);
            case EVENT_NOT_SET -> throw new IllegalArgumentException("an event of an image without any content");
        }
        joined.update(image.save());
    }

    private long expiry(long time) {
        return time > Long.MAX_VALUE - ttl.toMillis() ? Long.MAX_VALUE : time + ttl.toMillis();
    }

    private void addImage(JoinedImage image, WaitingImage waiting, Context context, Collector<LabeledImage> out)
            throws IOException {
        if (image.hasImage()) {
            return;
        }
        picture.update(waiting);
        image.addImage();
        image.label().ifPresent(label -> {
            metrics.matched();
            out.collect(labeled(context.getCurrentKey(), waiting, label));
        });
    }

    private static void addServed(JoinedImage image, ServedDigit served, Context context) {
        image.addServed(served).ifPresent(outcome -> context.output(Feedback.OUTCOMES, outcome));
    }

    private void addLabel(JoinedImage image, LateLabel label, Context context, Collector<LabeledImage> out)
            throws IOException {
        LabelChange change = image.addLabel(label);
        metrics.label(change.kind());
        change.outcomes().forEach(outcome -> context.output(Feedback.OUTCOMES, outcome));
        if (change.isNewDigit() && image.hasImage()) {
            if (change.kind() == LabelChange.Kind.FIRST) {
                metrics.matched();
            }
            out.collect(labeled(context.getCurrentKey(), picture.value(), label));
        }
    }

    private static LabeledImage labeled(String id, WaitingImage waiting, LateLabel label) {
        Image.Builder image = Image.newBuilder()
                .setId(id)
                .setSource(waiting.getSource())
                .setWidth(SIDE)
                .setHeight(SIDE)
                .setEncoding(Encoding.GRAY8)
                .setPixels(waiting.getPixels());
        if (waiting.hasCaptured()) {
            image.setCaptured(waiting.getCaptured());
        }
        return LabeledImage.newBuilder()
                .setImage(image)
                .setLabel(label.getDigit())
                .build();
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<LabeledImage> out) throws Exception {
        JoinedImage image = JoinedImage.of(joined.value());
        if (image.expires() > timestamp) {
            context.timerService().registerEventTimeTimer(image.expires());
            return;
        }
        image.label().ifPresent(label -> giveUp(image, label, context));
        picture.clear();
        joined.clear();
    }

    private void giveUp(JoinedImage image, LateLabel label, OnTimerContext context) {
        if (!image.isServed()) {
            metrics.withoutPrediction();
        }
        if (!image.hasImage()) {
            metrics.withoutImage();
            context.output(Decoding.REJECTED, withoutImage(context.getCurrentKey(), label));
        }
    }

    private Rejected withoutImage(String id, LateLabel label) {
        return Rejected.newBuilder()
                .setTopic(label.getTopic())
                .setPartition(label.getPartition())
                .setOffset(label.getOffset())
                .setReason(RejectionReason.LABEL_WITHOUT_IMAGE)
                .setExplanation(
                        "no image with the id %s has come within %s of the label: give the id that its prediction has, or wait longer"
                                .formatted(id, ttl))
                .setValue(label.getValue())
                .setValueLength(label.getValue().size())
                .build();
    }
}
