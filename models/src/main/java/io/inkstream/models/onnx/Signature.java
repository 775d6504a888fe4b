package io.inkstream.models.onnx;

/** What goes into and comes out of every model: the exporter promises it and the scorer insists on it. */
final class Signature {
    /** {@code uint8[n,28,28]}, row by row, 0 is background. */
    static final String INPUT = "images";
    /** {@code float[n,10]}, each row adding up to 1. */
    static final String OUTPUT = "probabilities";
    /** The name of the free dimension. */
    static final String BATCH = "n";

    private Signature() {}
}
