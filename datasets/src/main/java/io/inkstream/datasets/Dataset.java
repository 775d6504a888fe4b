package io.inkstream.datasets;

import io.inkstream.schemas.v1.LabeledImage;

/**
 * A fixed sequence of images, with or without labels, that can be read any number of times.
 *
 * <p>Image ids are {@code <name>-<index, zero-padded>}; the index is the place in the whole data set, so an image keeps
 * its id in every slice and shuffle. The source is left empty, and the label where there is none. Reading streams:
 * memory does not grow with the number of images, except where {@link #shuffled} says so.
 */
public interface Dataset extends Iterable<LabeledImage> {
    /** What the ids begin with: the prefix of an IDX file, the name of a folder, {@code mnist-train}. */
    String name();

    /** The number of images. */
    long size();

    /** Whether every image has a label. */
    boolean labeled();

    /**
     * Returns this data set if every image has a label.
     *
     * @throws DatasetException otherwise, saying where labels were looked for
     */
    Dataset requireLabels();

    /**
     * The images from {@code from}, inclusive, to {@code to}, exclusive, in this order.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= size()}
     */
    Dataset slice(long from, long to);

    /**
     * All images in an order that depends on nothing but the seed and the size.
     *
     * <p>Of a folder, only the list of files is shuffled. IDX and npz can only be read front to back where compressed, so
     * their images are loaded here and kept in memory: about 1 KB for one of 28 × 28, at most 512 MiB together.
     *
     * @throws DatasetException if they would need more, or cannot be read
     */
    Dataset shuffled(long seed);

    @Override
    DatasetIterator iterator();
}
