package io.inkstream.models.onnx;

/** Says why some bytes cannot be served as a model. */
public final class UnusableModelException extends Exception {
    private static final long serialVersionUID = 1;

    public UnusableModelException(String reason) {
        super(reason);
    }

    public UnusableModelException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
