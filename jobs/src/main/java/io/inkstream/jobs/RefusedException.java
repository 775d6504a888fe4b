package io.inkstream.jobs;

/** A job was not submitted, as it could not work. The message says what is wrong, and the line that mends it. */
public final class RefusedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }

    RefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
