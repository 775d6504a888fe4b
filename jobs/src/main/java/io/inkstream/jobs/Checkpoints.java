package io.inkstream.jobs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What all jobs ask of Flink: exactly-once, aligned checkpoints in HDFS, and serializers that are chosen, not guessed. */
final class Checkpoints {

    static final String TRAINING = "training";
    static final String SCORING = "scoring";
    static final String FEEDBACK = "feedback";

    /** How often watermarks go out, where there are any: what hangs on them waits for seconds at least. */
    private static final Duration WATERMARK_INTERVAL = Duration.ofMillis(200);

    private Checkpoints() {}

    /** @param job {@link #TRAINING}, {@link #SCORING} or {@link #FEEDBACK} */
    static String folder(Connections connections, String job) {
        return "%s/checkpoints/%s/%s".formatted(connections.root(), connections.model(), job);
    }

    /**
     * @param job {@link #TRAINING}, {@link #SCORING} or {@link #FEEDBACK}
     * @param stateBackend hashmap or rocksdb
     */
    static void configure(
            StreamExecutionEnvironment env,
            Connections connections,
            String job,
            Duration interval,
            String stateBackend) {
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
        // A cluster's own pause would stretch the interval, beyond what transactions live for.
        settings.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ZERO);
        settings.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        // A version is what stood before the barrier; unaligned, records from before it could come after.
        settings.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
        // Flink would restart a job whose checkpoint fails, as all do while HDFS is away, and could not restore it.
        // What is
        // done since the last complete checkpoint stays uncommitted until the next one: exactly once either way.
        settings.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder(connections, job));
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        settings.set(StateBackendOptions.STATE_BACKEND, stateBackend);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        // All messages are immutable: no need to copy them from operator to operator.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ZERO);
        settings.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, withRelease(env));
        env.configure(settings);
    }

    /** Has states that grow stored by what has changed in them, and event time go on. */
    static void configureForWaiting(StreamExecutionEnvironment env) {
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        settings.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, WATERMARK_INTERVAL);
        env.configure(settings);
    }

    /** So that Flink's REST API tells which release a job is of. */
    private static Map<String, String> withRelease(StreamExecutionEnvironment env) {
        Map<String, String> parameters = new HashMap<>(env.getConfiguration()
                .getOptional(PipelineOptions.GLOBAL_JOB_PARAMETERS)
                .orElse(Map.of()));
        String release = Checkpoints.class.getPackage().getImplementationVersion();
        parameters.put("inkstream.release", release == null ? "not from a jar" : release);
        return parameters;
    }

    /** Has checkpoints given up after that time at the latest; Flink's own limit is 10 minutes. */
    static void limit(StreamExecutionEnvironment env, Duration longest) {
        CheckpointConfig checkpoints = env.getCheckpointConfig();
        checkpoints.setCheckpointTimeout(Math.min(checkpoints.getCheckpointTimeout(), longest.toMillis()));
    }

    static void requirePositive(Duration interval) {
        if (interval.toMillis() < 10) {
            throw new IllegalArgumentException(
                    "--checkpoint-interval must be at least 10ms: without checkpoints there are no versions and no committed predictions");
        }
    }
}
