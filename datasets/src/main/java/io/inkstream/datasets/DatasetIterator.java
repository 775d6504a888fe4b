package io.inkstream.datasets;

import io.inkstream.schemas.v1.LabeledImage;
import java.util.Iterator;

/**
 * Walks over the images of a data set, holding at most a file open and an image in memory.
 *
 * <p>It closes itself after the last image; who stops earlier closes it. {@code next} throws {@link DatasetException}.
 */
public interface DatasetIterator extends Iterator<LabeledImage>, AutoCloseable {
    @Override
    void close();
}
