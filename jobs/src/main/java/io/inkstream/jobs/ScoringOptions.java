package io.inkstream.jobs;

import io.inkstream.operators.live.ModelSite;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@link ScoringJob}. */
@Command(
        name = "ScoringJob",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Reads digits with the live version, in order for each source, each image exactly once.")
public final class ScoringOptions {

    @Mixin
    private Connections connections;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Scorers side by side (default: flink run's -p, or the cluster's).")
    private Integer parallelism;

    @Option(
            names = "--checkpoint-interval",
            defaultValue = "PT1S",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description = "Time between checkpoints; committed readers see predictions that much later (default: 1s).")
    private Duration checkpointInterval = Duration.ofSeconds(1);

    @Option(
            names = "--cache",
            defaultValue = "",
            paramLabel = "DIR",
            description =
                    "Folder on each TaskManager's host for copies of the models in use, with which scoring goes on"
                            + " without HDFS and ZooKeeper, also after a restart (default: inkstream-cache-<user> among the temporary"
                            + " files there).")
    private String cache = "";

    /** For picocli. */
    ScoringOptions() {}

    /** The defaults. */
    public ScoringOptions(Connections connections) {
        this.connections = connections;
    }

    public ScoringOptions withCheckpointInterval(Duration interval) {
        checkpointInterval = interval;
        return this;
    }

    public ScoringOptions withParallelism(int scorers) {
        parallelism = scorers;
        return this;
    }

    public ScoringOptions withCache(String folder) {
        cache = folder;
        return this;
    }

    ModelSite site() {
        return new ModelSite(connections.root(), connections.zookeeper(), connections.model(), cache);
    }

    Connections connections() {
        return connections;
    }

    Duration checkpointInterval() {
        return checkpointInterval;
    }

    OptionalInt parallelism() {
        return parallelism == null ? OptionalInt.empty() : OptionalInt.of(parallelism);
    }

    /** @throws IllegalArgumentException for what no job can run with; says what and how to mend it */
    void validate() {
        connections.validate();
        Checkpoints.requirePositive(checkpointInterval);
        if (parallelism != null && parallelism < 1) {
            throw new IllegalArgumentException("--parallelism must be at least 1");
        }
        if (!cache.isEmpty() && !Path.of(cache).isAbsolute()) {
            throw new IllegalArgumentException(
                    "--cache '%s': give an absolute path, each TaskManager runs in a folder of its own"
                            .formatted(cache));
        }
    }
}
