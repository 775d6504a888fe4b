package io.inkstream.models.network;

/**
 * One layer of a network: what both the DL4J configuration and the ONNX graph are made from, so that they cannot differ.
 *
 * <p>Tensors between layers are float[batch, channels, height, width] until the first {@link Dense}, which flattens them in
 * that order. The last layer is a Dense whose output goes through softmax; every other one with parameters goes through
 * a ReLU.
 */
public sealed interface Layer {
    /** Floats that training changes. */
    int parameters();

    /**
     * Square kernels at stride 1 without padding, then ReLU.
     *
     * <p>Its parameters in DL4J's flattened order: {@code bias[out]}, then {@code weights[out][in][kernel][kernel]}.
     */
    record Convolution(int in, int out, int kernel) implements Layer {
        public int weights() {
            return out * in * kernel * kernel;
        }

        @Override
        public int parameters() {
            return out + weights();
        }
    }

    /** The largest value of each square of {@code size} × {@code size}; squares do not overlap. */
    record MaxPool(int size) implements Layer {
        @Override
        public int parameters() {
            return 0;
        }
    }

    /**
     * Fully connected.
     *
     * <p>Its parameters in DL4J's flattened order: {@code weights[out][in]}, which DL4J calls {@code [in, out]} in column
     * order, then {@code bias[out]}.
     */
    record Dense(int in, int out) implements Layer {
        public int weights() {
            return out * in;
        }

        @Override
        public int parameters() {
            return weights() + out;
        }
    }
}
