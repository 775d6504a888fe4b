package io.inkstream.jobs;

import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Which network to train and how: the options that are fixed for the life of a model. */
public final class RecipeOptions {

    private static final double DEFAULT_HOLDOUT = 0.02;
    private static final double MAX_HOLDOUT = 0.5;

    /** Measured in docs/networks.md: as many of them replayed as new ones, an unlucky order does little harm. */
    private static final int DEFAULT_REPLAY = 5_000;

    @Option(names = "--network", paramLabel = "NAME", description = "lenet, cnn or mlp (default: lenet).")
    private String network;

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
            names = "--replay",
            paramLabel = "N",
            description = "Images kept to be trained on again, 0 for none, which trains twice as fast (default: 5000).")
    private Integer replay;

    @Option(
            names = "--replayed",
            paramLabel = "N",
            description = "Kept images in each mini-batch, beside the new ones (default with --replay: as many).")
    private Integer replayed;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "Threads of one trainer, which share each mini-batch (default: 1).")
    private Integer replicas;

    @Option(
            names = "--holdout",
            paramLabel = "X",
            description = "Share of the images that is never trained on: each version is judged by it (default: 0.02).")
    private Double holdout;

    public RecipeOptions withNetwork(String name) {
        network = name;
        return this;
    }

    public RecipeOptions withHoldout(double share) {
        holdout = share;
        return this;
    }

    public RecipeOptions withReplicas(int threads) {
        replicas = threads;
        return this;
    }

    public RecipeOptions withReplay(int kept, int inEachMiniBatch) {
        replay = kept;
        replayed = inEachMiniBatch;
        return this;
    }

    /** Whether {@code --holdout} was given. */
    public boolean hasHoldout() {
        return holdout != null;
    }

    /** The network's own recipe with what the options change in it. */
    TrainingRecipe recipe() {
        TrainingRecipe own = Networks.recipe(network == null ? Networks.DEFAULT.label() : network);
        return changed(own.toBuilder()
                .setHoldout(DEFAULT_HOLDOUT)
                .setReplay(DEFAULT_REPLAY)
                .build());
    }

    /**
     * The recipe of a version to go on from with what the options change in it.
     *
     * @throws IllegalArgumentException when the options name another network
     */
    TrainingRecipe recipe(TrainingRecipe of) {
        if (network != null && !network.equals(of.getNetwork())) {
            throw new IllegalArgumentException("a version of the network %s cannot become a %s: leave --network away"
                    .formatted(of.getNetwork(), network));
        }
        return changed(of);
    }

    private TrainingRecipe changed(TrainingRecipe own) {
        TrainingRecipe.Builder recipe = own.toBuilder();
        set(batchSize, recipe::setBatchSize);
        set(learningRate, recipe::setLearningRate);
        set(averaging, recipe::setAveraging);
        set(seed, recipe::setSeed);
        set(replay, recipe::setReplay);
        set(replayed, recipe::setReplayed);
        set(replicas, recipe::setReplicas);
        set(holdout, recipe::setHoldout);
        if (recipe.getReplay() == 0 && replayed == null) {
            recipe.clearReplayed();
        } else if (recipe.getReplay() > 0 && recipe.getReplayed() == 0) {
            recipe.setReplayed(recipe.getBatchSize());
        }
        return recipe.build();
    }

    private static <T> void set(T option, Consumer<T> setter) {
        if (option != null) {
            setter.accept(option);
        }
    }

    /**
     * Returns where these options can be trained with.
     *
     * @throws IllegalArgumentException where not; says what and how to mend it
     */
    public void validate() {
        Networks.of(recipe());
        if (holdout != null && !(holdout >= 0 && holdout <= MAX_HOLDOUT)) {
            throw new IllegalArgumentException("--holdout must be from 0 to " + MAX_HOLDOUT);
        }
    }
}
