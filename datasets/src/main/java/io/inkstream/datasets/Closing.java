package io.inkstream.datasets;

import java.io.Closeable;
import java.io.IOException;

/** Closes files that were only read. */
final class Closing {
    private Closing() {}

    static void now(Closeable file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new DatasetException("cannot close a file", e);
        }
    }

    /** Closes on the way out with {@code failure}, which is what the caller must hear of. */
    static void quietly(Closeable file, Throwable failure) {
        try {
            file.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
