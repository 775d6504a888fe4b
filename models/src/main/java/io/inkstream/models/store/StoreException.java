package io.inkstream.models.store;

import java.io.IOException;

/**
 * The store does not hold what it should: a file is missing, too large, or not the bytes that were published. Or it would
 * not take it.
 */
public final class StoreException extends IOException {

    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    /** @param cause what was found wrong with it */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
