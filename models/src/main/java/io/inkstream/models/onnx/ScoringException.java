package io.inkstream.models.onnx;

/** Says that ONNX Runtime failed on a model that it had accepted. */
public final class ScoringException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScoringException(String message, Throwable cause) {
        super(message, cause);
    }
}
