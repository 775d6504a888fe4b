package io.inkstream.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a configuration of Flink in which the jobs could not keep their word.
 *
 * <p>What a job sets itself comes before what {@code config.yaml} and {@code -D} say, in Flink: it could overrule them, but
 * whoever asked for something would not learn that he does not get it.
 */
final class FlinkSettings {

    private static final Logger LOG = LoggerFactory.getLogger(FlinkSettings.class);

    private static final List<Needed<?>> NEEDED = List.of(
            new Needed<>(
                    ExecutionOptions.RUNTIME_MODE,
                    RuntimeExecutionMode.STREAMING,
                    "in the others there are no checkpoints, hence no versions and no committed predictions"),
            new Needed<>(
                    CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                    CheckpointingMode.EXACTLY_ONCE,
                    "after a failure records would count twice (for predictions that are seen sooner there is"
                            + " --delivery at-least-once)"),
            new Needed<>(
                    CheckpointingOptions.ENABLE_UNALIGNED,
                    false,
                    "a version is what stands before the barrier, which unaligned ones let overtake it"),
            new Needed<>(
                    CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH,
                    true,
                    "the last version of a --bounded training would not be published"),
            new Needed<>(
                    StateRecoveryOptions.APPROXIMATE_LOCAL_RECOVERY,
                    false,
                    "what is on its way between tasks would be lost with one of them"),
            new Needed<>(
                    PipelineOptions.GENERIC_TYPES,
                    false,
                    "all states have serializers that later releases read, which Kryo's are not"));

    /** Of a job whose state is a day of images. */
    private static final List<Needed<?>> NEEDED_FOR_WAITING = List.of(
            new Needed<>(
                    StateBackendOptions.STATE_BACKEND,
                    "rocksdb",
                    "all images of --label-ttl wait for their labels, on disk; in the heap, or the memory of one process,"
                            + " there is no room for them"),
            new Needed<>(
                    CheckpointingOptions.INCREMENTAL_CHECKPOINTS,
                    true,
                    "each checkpoint would write all images that wait for their labels once more"));

    /** @param why what happens with another value */
    private record Needed<T>(ConfigOption<T> option, T value, String why) {

        Optional<String> problem(ReadableConfig settings) {
            return settings.getOptional(option)
                    .filter(actual -> !actual.equals(value))
                    .map(actual -> ("%s is %s, with which Inkstream cannot work: %s. Take it out of config.yaml, or add"
                                    + " -D%s=%s to flink run")
                            .formatted(option.key(), actual, why, option.key(), value));
        }
    }

    private FlinkSettings() {}

    /**
     * @param settings of the cluster's configuration and the command line
     * @param interval between the job's checkpoints
     * @throws RefusedException for settings that the job cannot work with
     */
    static void require(ReadableConfig settings, Duration interval) {
        requireAll(NEEDED, settings);
        settings.getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
                .filter(other -> !other.equals(interval))
                .ifPresent(other -> LOG.warn(
                        "{} is {} ms, and does not count: checkpoints come every {} ms, as --checkpoint-interval says",
                        CheckpointingOptions.CHECKPOINTING_INTERVAL.key(),
                        other.toMillis(),
                        interval.toMillis()));
    }

    /**
     * As above, for a job in whose state much waits for long.
     *
     * @throws RefusedException for settings that such a job cannot work with
     */
    static void requireForWaiting(ReadableConfig settings, Duration interval) {
        require(settings, interval);
        requireAll(NEEDED_FOR_WAITING, settings);
    }

    private static void requireAll(List<Needed<?>> all, ReadableConfig settings) {
        for (Needed<?> needed : all) {
            needed.problem(settings).ifPresent(problem -> {
                throw new RefusedException(problem);
            });
        }
    }
}
