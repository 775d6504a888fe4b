package io.inkstream.jobs;

import io.inkstream.operators.feedback.BrakeSettings;
import io.inkstream.operators.live.ModelSite;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.flink.connector.base.DeliveryGuarantee;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@link FeedbackJob}. */
@Command(
        name = "FeedbackJob",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Joins late labels with their images, to learn from and to tell how well each version reads.")
public final class FeedbackOptions {

    /** Beyond it, times in milliseconds would be no dates any more. */
    private static final Duration LONGEST_TTL = Duration.ofDays(3_650);

    private static final Duration SHORTEST_MEMORY = Duration.ofDays(7);

    @Mixin
    private Connections connections;

    @Option(
            names = "--label-ttl",
            defaultValue = "PT24H",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description =
                    "How long an image waits for its label, and a label for its image, by the records' timestamps:"
                            + " 10m, 24h, 7d (default: 24h).")
    private Duration labelTtl = Duration.ofHours(24);

    @Option(
            names = "--out-of-order",
            defaultValue = "PT1M",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description =
                    "How much older than the records before it in its partition a record may be and have its full time to"
                            + " wait; older ones wait shorter (default: 1m).")
    private Duration outOfOrder = Duration.ofMinutes(1);

    @Option(
            names = "--brake",
            defaultValue = "warn",
            paramLabel = "MODE",
            description =
                    "What to do where the live version is worse beyond doubt than the one before it, by its labels:"
                            + " off, nothing; warn, say so in the log and the metrics; act, also let live go back (default:"
                            + " ${DEFAULT-VALUE}).")
    private BrakeSettings.Mode brake = BrakeSettings.Mode.WARN;

    @Option(
            names = "--brake-tolerance",
            paramLabel = "X",
            description = "How much less accurate a version may be, as a share of the images (default: 0.005).")
    private double brakeTolerance = BrakeSettings.DEFAULT_TOLERANCE;

    @Option(
            names = "--brake-labels",
            defaultValue = "random-audit",
            paramLabel = "WHICH",
            description =
                    "By which labels the brake judges: random-audit, those with this reason, a fair sample of what is"
                            + " served; all, for those who know that theirs are one (default: ${DEFAULT-VALUE}).")
    private BrakeSettings.Labels brakeLabels = BrakeSettings.Labels.RANDOM_AUDIT;

    @Option(
            names = "--transaction-timeout",
            defaultValue = "PT10M",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description = "How long Kafka keeps what no checkpoint has committed, and so how long a restart may take"
                    + " (default: 10m). The brokers must allow it (transaction.max.timeout.ms); readers, the training"
                    + " job among them, wait as long for a job that has gone.")
    private Duration transactionTimeout = Delivery.TRANSACTION_TIMEOUT;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Joins side by side (default: flink run's -p, or the cluster's).")
    private Integer parallelism;

    @Option(
            names = "--checkpoint-interval",
            defaultValue = "PT5S",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description = "Time between checkpoints; labelled images reach training that much later (default: 5s).")
    private Duration checkpointInterval = Duration.ofSeconds(5);

    /** For picocli. */
    FeedbackOptions() {}

    /** The defaults. */
    public FeedbackOptions(Connections connections) {
        this.connections = connections;
    }

    public FeedbackOptions withLabelTtl(Duration ttl) {
        labelTtl = ttl;
        return this;
    }

    public FeedbackOptions withOutOfOrder(Duration time) {
        outOfOrder = time;
        return this;
    }

    public FeedbackOptions withBrake(BrakeSettings settings) {
        brake = settings.mode();
        brakeTolerance = settings.tolerance();
        brakeLabels = settings.labels();
        return this;
    }

    public FeedbackOptions withCheckpointInterval(Duration interval) {
        checkpointInterval = interval;
        return this;
    }

    public FeedbackOptions withParallelism(int joins) {
        parallelism = joins;
        return this;
    }

    Connections connections() {
        return connections;
    }

    Duration labelTtl() {
        return labelTtl;
    }

    Duration outOfOrder() {
        return outOfOrder;
    }

    BrakeSettings brake() {
        return new BrakeSettings(brake, brakeTolerance, brakeLabels);
    }

    /** After so long without a label a version is judged anew: later than any label could take back what it has counted. */
    Duration versionMemory() {
        Duration twice = labelTtl.multipliedBy(2);
        return twice.compareTo(SHORTEST_MEMORY) > 0 ? twice : SHORTEST_MEMORY;
    }

    Duration checkpointInterval() {
        return checkpointInterval;
    }

    OptionalInt parallelism() {
        return parallelism == null ? OptionalInt.empty() : OptionalInt.of(parallelism);
    }

    /** Always in transactions: what is joined twice would be trained on twice. */
    Delivery delivery() {
        return new Delivery(DeliveryGuarantee.EXACTLY_ONCE, transactionTimeout);
    }

    /** It loads no model, so no cache of its own is needed. */
    ModelSite site() {
        return new ModelSite(connections.root(), connections.zookeeperAccess(), connections.model(), "");
    }

    /** @throws IllegalArgumentException for what no job can run with; says what and how to mend it */
    void validate() {
        connections.validate();
        Checkpoints.requirePositive(checkpointInterval);
        delivery().validate(checkpointInterval);
        brake();
        if (parallelism != null && parallelism < 1) {
            throw new IllegalArgumentException("--parallelism must be at least 1");
        }
        if (labelTtl.compareTo(Duration.ofSeconds(1)) < 0 || labelTtl.compareTo(LONGEST_TTL) > 0) {
            throw new IllegalArgumentException("--label-ttl must be 1s to %dd".formatted(LONGEST_TTL.toDays()));
        }
        if (outOfOrder.isNegative() || outOfOrder.compareTo(labelTtl) > 0) {
            throw new IllegalArgumentException(
                    "--out-of-order must be 0ms to --label-ttl, which is %d s".formatted(labelTtl.toSeconds()));
        }
    }
}
