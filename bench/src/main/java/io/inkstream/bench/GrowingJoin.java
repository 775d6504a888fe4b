package io.inkstream.bench;

import io.inkstream.operators.feedback.Feedback;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** A job that does nothing but let images wait for labels that do not come, in RocksDB with incremental checkpoints. */
final class GrowingJoin implements AutoCloseable {
    /** Enough that RocksDB finds none of them twice in a block. */
    private static final int DIGITS = 1_000;

    private final JobClient job;
    private final JobCheckpoints checkpoints;
    private long newest;

    GrowingJoin(Sandbox flink, Digits digits, int rate, Duration interval) throws Exception {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(flink.flinkClient());
        env.configure(settings(interval));
        env.setParallelism(1);
        env.fromSource(new NumberSequenceSource(0, Long.MAX_VALUE), WatermarkStrategy.noWatermarks(), "numbers")
                .flatMap(new WaitingImages(some(digits), rate), ProtobufTypeInfo.forMessage(FeedbackEvent.class))
                .assignTimestampsAndWatermarks(WatermarkStrategy.<FeedbackEvent>noWatermarks()
                        .withTimestampAssigner((event, none) -> event.getTime()))
                .keyBy(FeedbackEvent::getImageId, Types.STRING)
                .process(Feedback.join(Duration.ofDays(1)), ProtobufTypeInfo.forMessage(LabeledImage.class))
                .sinkTo(new DiscardingSink<>());
        job = env.executeAsync("images that wait");
        checkpoints = new JobCheckpoints(flink.flink(), job.getJobID());
    }

    private static Configuration settings(Duration interval) {
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        // Who starts anew counts anew.
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        return settings;
    }

    private static byte[][] some(Digits digits) {
        byte[][] pixels = new byte[Math.min(DIGITS, digits.size())][];
        Arrays.setAll(pixels, digits::image);
        return pixels;
    }

    /**
     * So many images wait, as of about a second ago.
     *
     * @throws ExecutionException if the job has failed
     */
    long images() throws ExecutionException, InterruptedException {
        if (job.getJobStatus().get().isTerminalState()) {
            job.getJobExecutionResult().get();
            throw new IllegalStateException("the job was cancelled by somebody else");
        }
        Object count = job.getAccumulators().get().get(WaitingImages.COUNT);
        return count == null ? 0 : (Long) count;
    }

    /** The checkpoints that were completed since this was last asked for, within ten of them. */
    List<JobCheckpoints.Complete> checkpoints() throws IOException, InterruptedException {
        List<JobCheckpoints.Complete> complete = new ArrayList<>(checkpoints.after(newest));
        if (!complete.isEmpty()) {
            newest = complete.get(complete.size() - 1).id();
        }
        return complete;
    }

    @Override
    public void close() {
        job.cancel().join();
    }
}
