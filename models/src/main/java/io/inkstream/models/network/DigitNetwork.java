package io.inkstream.models.network;

import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network that learns digits one mini-batch at a time, and whose state can be taken out and gone on from bit for bit.
 *
 * <p>What is published of it, and asked for {@link #probabilities}, is the {@link MovingAverage} of its parameters where the
 * recipe has one; training goes on from the parameters themselves.
 *
 * <p>The same recipe and the same samples in the same mini-batches give the same bits, in any JVM with the same native
 * library and {@code OMP_NUM_THREADS=1}. For one thread at a time, which need not always be the same; native memory is
 * freed by {@link #close}, best called by the thread that trained.
 */
public final class DigitNetwork implements AutoCloseable {
    /** Pixels along each side of an image. */
    public static final int SIDE = 28;
    /** Bytes of an image, row by row, 0 is background. */
    public static final int PIXELS = SIDE * SIDE;
    /** The digits 0 to 9. */
    public static final int CLASSES = 10;

    private final TrainingRecipe recipe;
    private final boolean flat;
    private final MultiLayerNetwork net;
    private final Prequential prequential = new Prequential();
    private final MiniBatch full;
    private final MovingAverage average;
    /** The parameters as last copied, so that no step allocates them. */
    private final float[] copied;

    private DigitNetwork(TrainingRecipe recipe) {
        Natives.prepare();
        this.recipe = recipe;
        this.flat = Configuration.isFlat(Networks.of(recipe).layers());
        this.net = new MultiLayerNetwork(Configuration.of(recipe));
        this.net.init();
        this.net.setListeners(prequential);
        this.full = new MiniBatch(recipe.getBatchSize(), flat);
        this.copied = Floats.get(net.params());
        this.average = new MovingAverage(recipe.getAveraging(), copied);
    }

    /**
     * An untrained network, its initial weights drawn from the recipe's seed.
     *
     * @throws IllegalArgumentException if the recipe cannot be trained
     */
    public static DigitNetwork create(TrainingRecipe recipe) {
        return new DigitNetwork(recipe);
    }

    /**
     * A network that goes on where {@link #state} was taken.
     *
     * @throws IllegalArgumentException if the state is damaged or of another release
     */
    public static DigitNetwork restore(NetworkState state) {
        NetworkStates.check(state);
        DigitNetwork network = new DigitNetwork(state.getRecipe());
        Floats.put(Floats.toFloats(state.getParameters()), network.net.params());
        Floats.put(Floats.toFloats(state.getUpdater()), network.updater());
        network.net.setIterationCount((int) state.getIteration());
        network.average.set(state.getAveraged());
        return network;
    }

    /**
     * Judges {@code n} samples, then trains on them as one mini-batch.
     *
     * @param pixels at least n × 784 bytes
     * @param labels at least n digits, 0 to 9
     * @param n from 1 to the recipe's batch size
     */
    public Step train(byte[] pixels, byte[] labels, int n) {
        if (n > recipe.getBatchSize()) {
            throw new IllegalArgumentException(n + " samples in a mini-batch of " + recipe.getBatchSize());
        }
        checkImages(pixels, n);
        checkLabels(labels, n);
        if (n == recipe.getBatchSize()) {
            net.fit(full.features(pixels, 0), full.labels(labels));
        } else {
            try (MiniBatch rest = new MiniBatch(n, flat)) {
                net.fit(rest.features(pixels, 0), rest.labels(labels));
            }
        }
        if (average.isOn()) {
            Floats.get(net.params(), copied);
            average.add(copied, iteration());
        }
        return prequential.judge(labels, n);
    }

    /** Everything that is needed to go on from here. Copies, so that training may go on at once. */
    public NetworkState state() {
        return NetworkState.newBuilder()
                .setFormat(NetworkStates.FORMAT)
                .setRecipe(recipe)
                .setParameters(Floats.toBytes(Floats.get(net.params())))
                .setUpdater(Floats.toBytes(Floats.get(updater())))
                .setIteration(iteration())
                .setAveraged(average.toBytes())
                .build();
    }

    /**
     * What the network would be published as thinks of {@code n} images, {@code float[n][10]} flattened: the average's
     * opinion where the recipe has one. For tests and evaluation: scoring is
     * {@link io.inkstream.models.onnx.OnnxScorer}'s, which is ten times faster.
     */
    public float[] probabilities(byte[] pixels, int n) {
        checkImages(pixels, n);
        float[] probabilities = new float[n * CLASSES];
        Floats.get(net.params(), copied);
        Floats.put(average.average(), net.params());
        try {
            score(pixels, n, probabilities);
        } finally {
            Floats.put(copied, net.params());
        }
        return probabilities;
    }

    private void score(byte[] pixels, int n, float[] probabilities) {
        for (int done = 0; done < n; ) {
            int size = Math.min(n - done, recipe.getBatchSize());
            try (MiniBatch batch = new MiniBatch(size, flat);
                    INDArray output = net.output(batch.features(pixels, done))) {
                System.arraycopy(Floats.get(output), 0, probabilities, done * CLASSES, size * CLASSES);
            }
            done += size;
        }
    }

    public TrainingRecipe recipe() {
        return recipe;
    }

    /** Mini-batches trained so far. */
    public long iteration() {
        return net.getIterationCount();
    }

    /** DL4J's own view, for tests. */
    MultiLayerNetwork net() {
        return net;
    }

    /** As overheard in the last {@link #train}, for tests. */
    float[] prequentialProbabilities() {
        return prequential.probabilities();
    }

    @Override
    public void close() {
        full.close();
        net.close();
        // DL4J's scratch memory belongs to the thread and would live as long as it does.
        Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }

    private INDArray updater() {
        return net.getUpdater().getStateViewArray();
    }

    private static void checkImages(byte[] pixels, int n) {
        if (n < 1 || n > pixels.length / PIXELS) {
            throw new IllegalArgumentException(n + " images of " + PIXELS + " bytes in " + pixels.length + " bytes");
        }
    }

    private static void checkLabels(byte[] labels, int n) {
        if (n > labels.length) {
            throw new IllegalArgumentException(n + " images, but " + labels.length + " labels");
        }
        for (int i = 0; i < n; i++) {
            if (labels[i] < 0 || labels[i] >= CLASSES) {
                throw new IllegalArgumentException(
                        "label " + labels[i] + " of sample " + i + ": not a digit from 0 to 9");
            }
        }
    }
}
