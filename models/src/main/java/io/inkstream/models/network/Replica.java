package io.inkstream.models.network;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes the gradient of one part of a mini-batch. For one thread, whose scratch memory it uses. */
final class Replica implements AutoCloseable {
    private final MultiLayerNetwork net;
    private final boolean flat;
    private final Prequential prequential = new Prequential();
    private final MiniBatch usual;

    /** @param usual samples in its part of a full mini-batch */
    Replica(MultiLayerNetwork net, int usual, boolean flat) {
        this.net = net;
        this.flat = flat;
        this.usual = new MiniBatch(usual, flat);
        net.setListeners(prequential);
        net.initGradientsView();
    }

    /**
     * Leaves the gradient of the samples {@code [from, to)}, summed over them, in {@link #gradient}.
     *
     * @return what the network thought of them, {@code float[to - from][10]} flattened
     */
    float[] learn(byte[] pixels, byte[] labels, int from, int to) {
        if (to - from == usual.size()) {
            backpropagate(usual, pixels, labels, from);
        } else {
            try (MiniBatch rest = new MiniBatch(to - from, flat)) {
                backpropagate(rest, pixels, labels, from);
            }
        }
        return prequential.probabilities();
    }

    private void backpropagate(MiniBatch batch, byte[] pixels, byte[] labels, int from) {
        net.setInput(batch.features(pixels, from));
        net.setLabels(batch.labels(labels, from));
        net.computeGradientAndScore();
        net.clearLayersStates();
    }

    INDArray gradient() {
        return net.getFlattenedGradients();
    }

    /** To be called by the thread that learned: DL4J's scratch memory belongs to it and would live as long as it does. */
    @Override
    public void close() {
        usual.close();
        Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
}
