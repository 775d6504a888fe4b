package io.inkstream.operators.scoring;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.schemas.v1.ModelVersion;

/** A version that is checked and ready to score. */
record LoadedModel(ModelVersion version, OnnxScorer scorer) implements AutoCloseable {

    long number() {
        return version.getVersion();
    }

    /** Whether it scores as that version does, to the bit. */
    boolean is(ModelVersion other) {
        return number() == other.getVersion() && version.getOnnx().equals(other.getOnnx());
    }

    @Override
    public void close() {
        scorer.close();
    }
}
