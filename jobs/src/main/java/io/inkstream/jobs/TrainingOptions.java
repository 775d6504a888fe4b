package io.inkstream.jobs;

import io.inkstream.operators.publishing.Gate;
import java.time.Duration;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@link TrainingJob}. */
@Command(
        name = "TrainingJob",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Learns from labelled images while they arrive, and publishes a version at each checkpoint.")
public final class TrainingOptions {

    @Mixin
    private Connections connections;

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "1",
            description = "Trainers side by side, averaged at each checkpoint (default: 1): for streams that one cannot"
                    + " follow. Each reads partitions of its own.")
    private int parallelism = 1;

    @Option(
            names = "--from-version",
            paramLabel = "N",
            description = "Go on from this version, at its offsets, where no checkpoint is restored. Without options it"
                    + " is trained as it was.")
    private Long fromVersion;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "0",
            description = "Delete all but the newest N versions, and those that are live or that a retained checkpoint"
                    + " needs (default: 0, which keeps all).")
    private int keep;

    @Option(
            names = "--gate",
            paramLabel = "POLICY",
            description =
                    "Which versions go live: gate, those that are not worse than the live one; always, all of them;"
                            + " manual, those that somebody promotes (default: gate).")
    private Gate.Policy gate = Gate.Policy.GATE;

    @Option(
            names = "--gate-tolerance",
            paramLabel = "X",
            description =
                    "How much worse a version may be, as a share of the images (default: 0.005). It does not go live"
                            + " where it is beyond doubt worse by more.")
    private double gateTolerance = 0.005;

    @Option(
            names = "--checkpoint-interval",
            defaultValue = "PT5S",
            converter = DurationConverter.class,
            paramLabel = "TIME",
            description = "Time between checkpoints, and so between versions: 5s, 1m (default: 5s).")
    private Duration checkpointInterval = Duration.ofSeconds(5);

    @Option(names = "--bounded", description = "Train on what is in the topic now, publish a last version and end.")
    private boolean bounded;

    /** For picocli. */
    TrainingOptions() {}

    /** The defaults. */
    public TrainingOptions(Connections connections) {
        this.connections = connections;
    }

    public TrainingOptions with(RecipeOptions options) {
        recipe = options;
        return this;
    }

    public TrainingOptions withNetwork(String name) {
        recipe.withNetwork(name);
        return this;
    }

    public TrainingOptions withHoldout(double share) {
        recipe.withHoldout(share);
        return this;
    }

    public TrainingOptions withReplicas(int threads) {
        recipe.withReplicas(threads);
        return this;
    }

    public TrainingOptions withReplay(int kept, int inEachMiniBatch) {
        recipe.withReplay(kept, inEachMiniBatch);
        return this;
    }

    public TrainingOptions withCheckpointInterval(Duration interval) {
        checkpointInterval = interval;
        return this;
    }

    public TrainingOptions bounded() {
        bounded = true;
        return this;
    }

    public TrainingOptions withParallelism(int trainers) {
        parallelism = trainers;
        return this;
    }

    public TrainingOptions fromVersion(long version) {
        fromVersion = version;
        return this;
    }

    public TrainingOptions withGate(Gate.Policy policy) {
        gate = policy;
        return this;
    }

    public TrainingOptions withKeep(int versions) {
        keep = versions;
        return this;
    }

    Connections connections() {
        return connections;
    }

    Duration checkpointInterval() {
        return checkpointInterval;
    }

    boolean isBounded() {
        return bounded;
    }

    int parallelism() {
        return parallelism;
    }

    OptionalLong fromVersion() {
        return fromVersion == null ? OptionalLong.empty() : OptionalLong.of(fromVersion);
    }

    int keep() {
        return keep;
    }

    Gate gate() {
        return new Gate(gate, gateTolerance);
    }

    RecipeOptions recipe() {
        return recipe;
    }

    /** @throws IllegalArgumentException for what no job can run with; says what and how to mend it */
    void validate() {
        connections.validate();
        recipe.validate();
        Checkpoints.requirePositive(checkpointInterval);
        Delivery.EXACTLY_ONCE.validate(checkpointInterval);
        if (parallelism < 1) {
            throw new IllegalArgumentException("--parallelism must be at least 1");
        }
        gate();
        if (keep < 0) {
            throw new IllegalArgumentException("--keep must be at least 1, or 0 to keep all versions");
        }
    }
}
