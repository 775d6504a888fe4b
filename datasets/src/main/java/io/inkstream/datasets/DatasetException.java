package io.inkstream.datasets;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Says why a data set cannot be read, and what would help, in one sentence meant for the user.
 *
 * <p>Unchecked, because most of it surfaces inside an {@link java.util.Iterator}.
 */
public final class DatasetException extends UncheckedIOException {
    public DatasetException(String message) {
        super(message, new IOException(message));
    }

    public DatasetException(String message, IOException cause) {
        super(message + ": " + reason(cause), cause);
    }

    private static String reason(IOException cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
