package io.inkstream.datasets;

import io.inkstream.schemas.v1.LabeledImage;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * Images of one size in an array of n × height × width bytes, and their labels in another: IDX and npz.
 *
 * @param noLabels what to tell someone who needs labels where there are none
 */
record ArrayDataset(String name, StoredArray images, Optional<StoredArray> labels, String noLabels, long from, long to)
        implements Dataset {
    /** 4096 × 4096: one image is held in memory. */
    private static final long MOST_PIXELS = 1 << 24;

    private static final long MOST_SHUFFLED_BYTES = 512L << 20;
    /** What a message costs beside its pixels, about. */
    private static final long MESSAGE_BYTES = 250;

    /** Checks shapes, types and every label, and returns the whole data set. */
    static Dataset of(String name, StoredArray images, Optional<StoredArray> labels, String noLabels) {
        checkImages(images);
        labels.ifPresent(found -> {
            if (found.shape().size() != 1 || found.length() != images.length()) {
                throw new DatasetException("%s holds %d images and %s labels of shape %s: they do not belong together"
                        .formatted(images.place(), images.length(), found.place(), found.shape()));
            }
            checkLabels(found);
        });
        return new ArrayDataset(name, images, labels, noLabels, 0, images.length());
    }

    private static void checkImages(StoredArray images) {
        List<Integer> shape = images.shape();
        if (shape.size() != 3 || images.type() != ElementType.UINT8) {
            throw new DatasetException(
                    "%s is an array of %s with shape %s; images are unsigned bytes, n × height × width"
                            .formatted(images.place(), images.type(), shape));
        }
        long pixels = (long) shape.get(1) * shape.get(2);
        if (pixels < 1 || pixels > MOST_PIXELS) {
            throw new DatasetException("%s holds images of %d × %d pixels; at least one and at most %d are read"
                    .formatted(images.place(), shape.get(1), shape.get(2), MOST_PIXELS));
        }
    }

    /** Before the first image goes out, so that a bad label at the end does not leave half a data set sent. */
    private static void checkLabels(StoredArray labels) {
        try (LabelReader reader = new LabelReader(labels, 0)) {
            for (long i = 0; i < labels.length(); i++) {
                reader.next();
            }
            reader.expectEnd();
        }
    }

    @Override
    public long size() {
        return to - from;
    }

    @Override
    public boolean labeled() {
        return labels.isPresent();
    }

    @Override
    public Dataset requireLabels() {
        if (!labeled()) {
            throw new DatasetException(noLabels);
        }
        return this;
    }

    @Override
    public Dataset slice(long begin, long end) {
        Objects.checkFromToIndex(begin, end, size());
        return new ArrayDataset(name, images, labels, noLabels, from + begin, from + end);
    }

    @Override
    public Dataset shuffled(long seed) {
        long bytes = size() * (pixels() + MESSAGE_BYTES);
        if (bytes > MOST_SHUFFLED_BYTES) {
            throw new DatasetException("%s is too large to shuffle in memory: %d MiB, at most %d; shuffle a part of it"
                    .formatted(images.place(), bytes >> 20, MOST_SHUFFLED_BYTES >> 20));
        }
        List<LabeledImage> loaded = new ArrayList<>((int) size());
        iterator().forEachRemaining(loaded::add);
        Collections.shuffle(loaded, new Random(seed));
        return new LoadedDataset(name, List.copyOf(loaded), labeled(), noLabels);
    }

    int pixels() {
        return images.shape().get(1) * images.shape().get(2);
    }

    @Override
    public DatasetIterator iterator() {
        InputStream pixels = images.open();
        try {
            images.skip(pixels, from * pixels());
            return new ArrayIterator(this, pixels, labels.map(found -> new LabelReader(found, from)));
        } catch (DatasetException e) {
            Closing.quietly(pixels, e);
            throw e;
        }
    }
}
