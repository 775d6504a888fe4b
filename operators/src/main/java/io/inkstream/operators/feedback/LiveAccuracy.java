package io.inkstream.operators.feedback;

import com.google.protobuf.util.Timestamps;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.LiveAccuracyState;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Outcome;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts how a version, the key, reads what it serves.
 *
 * <p>The first outcome after something was told sets a timer; what has come until it fires is told together. Another timer,
 * by event time, tells when a version has had no outcome for long, and nothing is kept of it.
 */
final class LiveAccuracy extends KeyedProcessFunction<Long, Outcome, LiveEvaluation> {

    private static final long serialVersionUID = 1L;

    /** A version is told no more often: people and the brake do not look more often, and Kafka keeps only the last. */
    static final long PERIOD_MS = 1_000;

    private final String model;
    private final long memoryMs;
    private transient ValueState<LiveAccuracyState> state;
    private transient Counter outcomes;
    private transient Counter corrections;

    LiveAccuracy(String model, Duration memory) {
        this.model = model;
        this.memoryMs = memory.toMillis();
    }

    @Override
    public void open(OpenContext context) {
        state = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "live-accuracy", ProtobufTypeInfo.forMessage(LiveAccuracyState.class)));
        outcomes = getRuntimeContext().getMetricGroup().counter("outcomes");
        corrections = getRuntimeContext().getMetricGroup().counter("corrections");
    }

    @Override
    public void processElement(Outcome outcome, Context context, Collector<LiveEvaluation> out) throws IOException {
        outcomes.inc();
        if (outcome.hasReplaced()) {
            corrections.inc();
        }
        LiveAccuracyState before = LiveCounts.require(state.value());
        LiveAccuracyState.Builder next = LiveCounts.add(before, outcome);
        TimerService timers = context.timerService();
        if (!before.getUntold()) {
            timers.registerProcessingTimeTimer(timers.currentProcessingTime() + PERIOD_MS);
        }
        long time = context.timestamp() == null ? timers.currentProcessingTime() : context.timestamp();
        if (before.getLatest() == 0) {
            timers.registerEventTimeTimer(time + memoryMs);
        }
        state.update(next.setUntold(true)
                .setLatest(Math.max(time, before.getLatest()))
                .build());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<LiveEvaluation> out) throws IOException {
        LiveAccuracyState known = state.value();
        if (known == null) {
            return;
        }
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            state.update(tell(known, context, out));
        } else if (context.timerService().currentWatermark() == Long.MAX_VALUE) {
            // The job is drained, which no other timer outlives; somebody may go on from the savepoint.
            state.update(tell(known, context, out).toBuilder().clearLatest().build());
        } else if (known.getLatest() + memoryMs > timestamp) {
            context.timerService().registerEventTimeTimer(known.getLatest() + memoryMs);
        } else {
            tell(known, context, out);
            state.clear();
        }
    }

    private LiveAccuracyState tell(LiveAccuracyState known, OnTimerContext context, Collector<LiveEvaluation> out) {
        if (!known.getUntold()) {
            return known;
        }
        LiveAccuracyState told = known.toBuilder()
                .setUntold(false)
                .setSequence(known.getSequence() + 1)
                .build();
        out.collect(LiveCounts.evaluation(told).toBuilder()
                .setModel(model)
                .setVersion(context.getCurrentKey())
                .setUpdated(Timestamps.fromMillis(context.timerService().currentProcessingTime()))
                .build());
        return told;
    }
}
