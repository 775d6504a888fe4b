package io.inkstream.jobs;

import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.time.Duration;
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

    @Option(names = "--network", paramLabel = "NAME", description = "lenet, cnn or mlp (default: ${DEFAULT-VALUE}).")
    private String network = Networks.DEFAULT.label();

    @Option(names = "--batch-size", paramLabel = "N", description = "Images in a mini-batch (default: the network's).")
    private Integer batchSize;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Adam's step (default: the network's).")
    private Double learningRate;

    @Option(
            names = "--averaging",
            paramLabel = "X",
            description = "Decay of the average of the weights that is published, 0 for none (default: the network's).")
    private Double averaging;

    @Option(names = "--seed", paramLabel = "N", description = "Of the first weights (default: the network's).")
    private Long seed;

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

    public TrainingOptions withNetwork(String name) {
        network = name;
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

    Connections connections() {
        return connections;
    }

    Duration checkpointInterval() {
        return checkpointInterval;
    }

    boolean isBounded() {
        return bounded;
    }

    /** The network's own recipe with what the options change in it. */
    TrainingRecipe recipe() {
        TrainingRecipe.Builder recipe = Networks.recipe(network).toBuilder();
        if (batchSize != null) {
            recipe.setBatchSize(batchSize);
        }
        if (learningRate != null) {
            recipe.setLearningRate(learningRate);
        }
        if (averaging != null) {
            recipe.setAveraging(averaging);
        }
        if (seed != null) {
            recipe.setSeed(seed);
        }
        return recipe.build();
    }

    /** @throws IllegalArgumentException for what no job can run with; says what and how to mend it */
    void validate() {
        connections.validate();
        Networks.of(recipe());
        Checkpoints.requirePositive(checkpointInterval);
    }
}
