package io.inkstream.jobs;

import io.inkstream.operators.live.ModelSite;
import io.inkstream.operators.scoring.ScorerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.apache.flink.connector.base.DeliveryGuarantee;
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

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._]{0,62}");

    @Mixin
    private Connections connections;

    @Option(
            names = "--name",
            defaultValue = "scoring",
            paramLabel = "NAME",
            description =
                    "Tells this job from other scoring jobs of the model; consumer group and transactional ids are"
                            + " <model>-<name>. Two that run under one name abort each other's predictions (default:"
                            + " ${DEFAULT-VALUE}).")
    private String name = "scoring";

    @Option(
            names = "--delivery",
            defaultValue = "exactly-once",
            paramLabel = "GUARANTEE",
            description = "exactly-once: in transactions, seen by read_committed readers with each checkpoint;"
                    + " at-least-once: seen within milliseconds, some of them twice after a failure (default:"
                    + " ${DEFAULT-VALUE}).")
    private DeliveryGuarantee delivery = DeliveryGuarantee.EXACTLY_ONCE;

    @Option(
            names = "--transaction-timeout",
            defaultValue = "PT10M",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description =
                    "With exactly-once: how long Kafka keeps predictions that no checkpoint has committed, and so how"
                            + " long a restart may take (default: 10m). The brokers must allow it"
                            + " (transaction.max.timeout.ms); readers wait as long for a job that has gone.")
    private Duration transactionTimeout = Delivery.TRANSACTION_TIMEOUT;

    @Option(
            names = "--prediction-format",
            defaultValue = "protobuf",
            paramLabel = "FORMAT",
            description = "protobuf, or json: one object a record, for readers without a schema (default:"
                    + " ${DEFAULT-VALUE}).")
    private PredictionFormat predictionFormat = PredictionFormat.PROTOBUF;

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

    @Option(
            names = "--batch-size",
            defaultValue = "32",
            paramLabel = "N",
            description = "Images scored together at most (default: ${DEFAULT-VALUE}).")
    private int batchSize = 32;

    @Option(
            names = "--batch-delay",
            defaultValue = "PT0.005S",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description = "How long an image waits for others to be scored with at most; 0ms: for none (default: 5ms).")
    private Duration batchDelay = Duration.ofMillis(5);

    @Option(
            names = "--buffer-timeout",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description =
                    "How long Flink lets an image wait on its way to a scorer until a network buffer is full; 0ms:"
                            + " not at all (default: execution.buffer-timeout.interval where it is set, else 2ms).")
    private Duration bufferTimeout;

    @Option(
            names = "--deduplicate",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description =
                    "Score an image whose id its source had within that time no second time, such as 1h: for producers"
                            + " that send again. Images without an id are all scored (default: off).")
    private Duration deduplicate;

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

    public ScoringOptions withBatches(int size, Duration delay) {
        batchSize = size;
        batchDelay = delay;
        return this;
    }

    public ScoringOptions withDeduplication(Duration within) {
        deduplicate = within;
        return this;
    }

    /** Under which consumer group and transactional ids it runs: {@code <model>-<name>}. */
    public ScoringOptions withName(String jobName) {
        name = jobName;
        return this;
    }

    /** Exactly once or at least once. */
    public ScoringOptions withDelivery(DeliveryGuarantee guarantee) {
        delivery = guarantee;
        return this;
    }

    public ScoringOptions withTransactionTimeout(Duration timeout) {
        transactionTimeout = timeout;
        return this;
    }

    public ScoringOptions withPredictionFormat(PredictionFormat format) {
        predictionFormat = format;
        return this;
    }

    public ScoringOptions withBufferTimeout(Duration timeout) {
        bufferTimeout = timeout;
        return this;
    }

    /** Unique among all jobs of all models, unless two jobs are given one name: that has no dash, a model's may. */
    String uniqueName() {
        return connections.model() + "-" + name;
    }

    /** For people. */
    String jobName() {
        return ScoringJob.name(connections) + (name.equals("scoring") ? "" : " (" + name + ")");
    }

    Delivery delivery() {
        return new Delivery(delivery, transactionTimeout);
    }

    PredictionFormat predictionFormat() {
        return predictionFormat;
    }

    Optional<Duration> bufferTimeout() {
        return Optional.ofNullable(bufferTimeout);
    }

    ScorerSettings scorer() {
        return new ScorerSettings(batchSize, batchDelay, deduplicate);
    }

    ModelSite site() {
        return new ModelSite(connections.root(), connections.zookeeperAccess(), connections.model(), cache);
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
        scorer();
        if (bufferTimeout != null && bufferTimeout.isNegative()) {
            throw new IllegalArgumentException("--buffer-timeout must be at least 0ms");
        }
        validateName();
        delivery().validate(checkpointInterval);
        if (!cache.isEmpty() && !Path.of(cache).isAbsolute()) {
            throw new IllegalArgumentException(
                    "--cache '%s': give an absolute path, each TaskManager runs in a folder of its own"
                            .formatted(cache));
        }
    }

    private void validateName() {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "--name '%s': use 1 to 63 letters, digits, dots and underscores; a dash parts it from the model's"
                            .formatted(name));
        }
        if (uniqueName().equals(connections.trainingGroup()) || uniqueName().equals(connections.feedbackGroup())) {
            throw new IllegalArgumentException("--name '%s' is the %s job's: choose another".formatted(name, name));
        }
    }
}
