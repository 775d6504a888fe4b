package io.inkstream.models.network;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.HandedOn;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

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
    private final Replicas replicas;
    private final MovingAverage average;
    private final Replay replay;
    /** The new samples and, behind them, those that are replayed. */
    private final byte[] batchPixels;

    private final byte[] batchLabels;
    /** Probabilities from the last step. */
    private float[] judged = {};
    /** The parameters as last copied, so that no step allocates them. */
    private final float[] copied;
    /** The state as last taken, while it holds: at a barrier it is handed on, kept and compared with. */
    private NetworkState taken;

    private DigitNetwork(TrainingRecipe recipe) {
        Natives.prepare();
        this.recipe = recipe;
        this.flat = Configuration.isFlat(Networks.of(recipe).layers());
        this.net = new MultiLayerNetwork(Configuration.of(recipe));
        this.net.init();
        this.replicas = new Replicas(net, recipe);
        this.batchLabels = new byte[recipe.getBatchSize() + recipe.getReplayed()];
        this.batchPixels = new byte[batchLabels.length * PIXELS];
        this.copied = Floats.get(net.params());
        this.average = new MovingAverage(recipe.getAveraging(), copied);
        this.replay = new Replay(recipe);
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
        network.replay.set(state.getReplay());
        return network;
    }

    /**
     * Judges {@code n} new samples, then trains on them as one mini-batch, together with earlier ones where the recipe has
     * replay, and keeps a choice of them to be replayed.
     *
     * @param pixels at least n × 784 bytes
     * @param labels at least n digits, 0 to 9
     * @param n from 1 to the recipe's batch size
     * @return of the new samples alone
     */
    public Step train(byte[] pixels, byte[] labels, int n) {
        if (n > recipe.getBatchSize()) {
            throw new IllegalArgumentException(n + " samples in a mini-batch of " + recipe.getBatchSize());
        }
        checkImages(pixels, n);
        checkLabels(labels, n);
        taken = null;
        System.arraycopy(pixels, 0, batchPixels, 0, n * PIXELS);
        System.arraycopy(labels, 0, batchLabels, 0, n);
        int size = replay.draw(iteration(), batchPixels, batchLabels, n);
        judged = replicas.step(batchPixels, batchLabels, size);
        replay.offer(pixels, labels, n);
        if (average.isOn()) {
            Floats.get(net.params(), copied);
            average.add(copied, iteration());
        }
        return Step.judge(judged, labels, n);
    }

    /**
     * Goes on from an average of several trainers without losing what was trained since this one's part of it was handed
     * on: parameters and moving average move by what the average differs from that part. Updater, iteration and replay
     * stay this trainer's own.
     *
     * @param handedOn the parameters and the moving average of {@link #state} as handed on
     * @param average what came of it, of the same recipe
     * @throws IllegalArgumentException if they are not of this network
     */
    public void continueFrom(HandedOn handedOn, NetworkState average) {
        NetworkStates.check(average);
        if (!average.getRecipe().equals(recipe)) {
            throw new IllegalArgumentException(
                    "a trainer of {%s} cannot continue from an average of {%s}".formatted(recipe, average.getRecipe()));
        }
        NetworkStates.checkHandedOn(handedOn, recipe);
        taken = null;
        Floats.get(net.params(), copied);
        Floats.shift(copied, handedOn.getParameters(), average.getParameters());
        Floats.put(copied, net.params());
        Floats.shift(this.average.average(), handedOn.getAveraged(), average.getAveraged());
    }

    /** Everything that is needed to go on from here; copied, so that training may go on at once. */
    public NetworkState state() {
        if (taken == null) {
            taken = copyState();
        }
        return taken;
    }

    private NetworkState copyState() {
        NetworkState.Builder state = NetworkState.newBuilder()
                .setFormat(NetworkStates.FORMAT)
                .setRecipe(recipe)
                .setParameters(Floats.toBytes(Floats.get(net.params())))
                .setUpdater(Floats.toBytes(Floats.get(updater())))
                .setIteration(iteration())
                .setAveraged(average.toBytes());
        if (replay.isOn()) {
            state.setReplay(replay.state());
        }
        return state.build();
    }

    /**
     * What the network would be published as thinks of {@code n} images, {@code float[n][10]} flattened: the average's
     * opinion where the recipe has one. For tests and evaluation: scoring is
     * {@link io.inkstream.models.onnx.OnnxScorer}'s, which is ten times faster.
     */
    public float[] probabilities(byte[] pixels, int n) {
        return probabilities(average.average(), pixels, n);
    }

    /**
     * What a network of the same kind with other parameters thinks of {@code n} images; this one stays as it is. Cheaper than
     * to {@link #restore} that one: DL4J collects the whole heap's garbage, three times, when a network is closed.
     *
     * @param parameters such as {@link NetworkStates#published} gives of a state
     * @throws IllegalArgumentException if they are not as many as this network has
     */
    public float[] probabilities(ByteString parameters, byte[] pixels, int n) {
        if (parameters.size() != copied.length * Float.BYTES) {
            throw new IllegalArgumentException(
                    "%d bytes of parameters for a network of %d".formatted(parameters.size(), copied.length));
        }
        return probabilities(Floats.toFloats(parameters), pixels, n);
    }

    private float[] probabilities(float[] parameters, byte[] pixels, int n) {
        checkImages(pixels, n);
        float[] probabilities = new float[n * CLASSES];
        Floats.get(net.params(), copied);
        Floats.put(parameters, net.params());
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
        return judged;
    }

    @Override
    public void close() {
        replicas.close();
        net.close();
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
