package io.inkstream.operators.scoring;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.schemas.v1.LiveVersion;

/** A live version that is ready to score. */
record LoadedModel(LiveVersion live, OnnxScorer scorer) implements AutoCloseable {

    long version() {
        return live.getPointer().getVersion();
    }

    /** Which of two pointers is the newer one, whatever their versions: a rollback moves the pointer, too. */
    long move() {
        return live.getPointer().getMove();
    }

    @Override
    public void close() {
        scorer.close();
    }
}
