package io.inkstream.models.network;

import io.inkstream.models.network.Layer.Convolution;
import io.inkstream.models.network.Layer.Dense;
import io.inkstream.models.network.Layer.MaxPool;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The networks that can be trained, by name, each with the hyper-parameters that docs/networks.md gives reasons for. */
public enum Networks {
    /** LeNet: two convolutions of 5 × 5 and a wide hidden layer. */
    LENET(
            32,
            2e-3,
            0.99,
            new Convolution(1, 20, 5),
            new MaxPool(2),
            new Convolution(20, 50, 5),
            new MaxPool(2),
            new Dense(50 * 4 * 4, 500),
            new Dense(500, DigitNetwork.CLASSES)),
    /**
     * The small network of Keras' MNIST example: two convolutions of 3 × 3, no hidden layer. No dropout either: in one
     * pass over a stream it does not help, and it would put the state of a random generator into every checkpoint.
     */
    CNN(
            32,
            3e-3,
            0.99,
            new Convolution(1, 32, 3),
            new MaxPool(2),
            new Convolution(32, 64, 3),
            new MaxPool(2),
            new Dense(64 * 5 * 5, DigitNetwork.CLASSES)),
    /** One hidden layer: the fastest, for small machines and tests. */
    MLP(32, 1e-3, 0.99, new Dense(DigitNetwork.PIXELS, 256), new Dense(256, DigitNetwork.CLASSES));

    /** Where the user names none. */
    public static final Networks DEFAULT = LENET;

    /** Larger mini-batches only wait longer for their samples, and each trainer keeps one in its state. */
    public static final int MAX_BATCH_SIZE = 1024;

    /** As many images make 78 MB of every checkpoint. */
    public static final int MAX_REPLAY = 100_000;

    /** Each costs as much as a new one. */
    public static final int MAX_REPLAYED = 1024;

    /** Replicas of one trainer. */
    public static final int MAX_REPLICAS = 64;

    private final int batchSize;
    private final double learningRate;
    private final double averaging;
    // Unmodifiable, of records.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Layer> layers;

    Networks(int batchSize, double learningRate, double averaging, Layer... layers) {
        this.batchSize = batchSize;
        this.learningRate = learningRate;
        this.averaging = averaging;
        this.layers = List.of(layers);
    }

    /**
     * The network of that name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public static Networks named(String name) {
        return Arrays.stream(values())
                .filter(network -> network.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown network '" + name + "': choose one of " + String.join(", ", names())));
    }

    /** What {@link #named} accepts. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Networks::label).collect(Collectors.toUnmodifiableList());
    }

    /** The default recipe of the network of that name, with seed 1. */
    public static TrainingRecipe recipe(String name) {
        Networks network = named(name);
        return TrainingRecipe.newBuilder()
                .setNetwork(name)
                .setSeed(1)
                .setBatchSize(network.batchSize)
                .setLearningRate(network.learningRate)
                .setAveraging(network.averaging)
                .build();
    }

    /**
     * The network that a recipe is for.
     *
     * @throws IllegalArgumentException if the recipe cannot be trained
     */
    public static Networks of(TrainingRecipe recipe) {
        Networks network = named(recipe.getNetwork());
        // Unsigned in protobuf: what is beyond the int range reads as negative.
        if (recipe.getBatchSize() < 1 || recipe.getBatchSize() > MAX_BATCH_SIZE) {
            throw new IllegalArgumentException("batch size " + Integer.toUnsignedString(recipe.getBatchSize())
                    + ": choose one from 1 to " + MAX_BATCH_SIZE);
        }
        if (!(recipe.getLearningRate() > 0 && recipe.getLearningRate() <= 1)) {
            throw new IllegalArgumentException(
                    "learning rate " + recipe.getLearningRate() + ": choose one above 0, at most 1");
        }
        if (!(recipe.getAveraging() >= 0 && recipe.getAveraging() < 1)) {
            throw new IllegalArgumentException(
                    "averaging " + recipe.getAveraging() + ": choose a decay below 1, or 0 for none");
        }
        if (recipe.getReplicas() < 0 || recipe.getReplicas() > MAX_REPLICAS) {
            throw new IllegalArgumentException("replicas " + Integer.toUnsignedString(recipe.getReplicas())
                    + ": choose from 1 to " + MAX_REPLICAS + ", at most the cores that are free");
        }
        checkReplay(recipe);
        return network;
    }

    private static void checkReplay(TrainingRecipe recipe) {
        int replay = recipe.getReplay();
        if (replay != 0 && (replay < DigitNetwork.CLASSES || replay > MAX_REPLAY)) {
            throw new IllegalArgumentException("replay " + Integer.toUnsignedString(replay) + ": keep from "
                    + DigitNetwork.CLASSES + " to " + MAX_REPLAY + " images, or 0 for none");
        }
        int replayed = recipe.getReplayed();
        if (replayed < 0 || replayed > MAX_REPLAYED) {
            throw new IllegalArgumentException("replayed " + Integer.toUnsignedString(replayed) + ": put at most "
                    + MAX_REPLAYED + " kept images into each mini-batch");
        }
        if (replay > 0 != replayed > 0) {
            throw new IllegalArgumentException("replay " + replay + " with " + replayed
                    + " replayed: set both, the images to keep and those of them in each mini-batch, or neither");
        }
    }

    /** The name that users write. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public List<Layer> layers() {
        return layers;
    }

    /** Floats that training changes. */
    public int parameters() {
        return layers.stream().mapToInt(Layer::parameters).sum();
    }
}
