package io.inkstream.models.store;

import java.io.IOException;

/** HDFS does not answer, or does not take files, now at least. */
public final class StoreUnreachableException extends IOException {

    private static final long serialVersionUID = 1L;

    StoreUnreachableException(String message) {
        super(message);
    }

    StoreUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
