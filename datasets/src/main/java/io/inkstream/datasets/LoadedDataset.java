package io.inkstream.datasets;

import io.inkstream.schemas.v1.LabeledImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Images that are in memory, because someone wanted them shuffled. */
record LoadedDataset(String name, List<LabeledImage> images, boolean labeled, String noLabels) implements Dataset {
    @Override
    public long size() {
        return images.size();
    }

    @Override
    public Dataset requireLabels() {
        if (!labeled) {
            throw new DatasetException(noLabels);
        }
        return this;
    }

    @Override
    public Dataset slice(long from, long to) {
        Objects.checkFromToIndex(from, to, size());
        return new LoadedDataset(name, images.subList((int) from, (int) to), labeled, noLabels);
    }

    @Override
    public Dataset shuffled(long seed) {
        List<LabeledImage> copy = new ArrayList<>(images);
        Collections.shuffle(copy, new Random(seed));
        return new LoadedDataset(name, List.copyOf(copy), labeled, noLabels);
    }

    @Override
    public DatasetIterator iterator() {
        return over(images.iterator());
    }

    /** An iterator that has nothing to close. */
    static DatasetIterator over(Iterator<LabeledImage> images) {
        return new DatasetIterator() {
            @Override
            public boolean hasNext() {
                return images.hasNext();
            }

            @Override
            public LabeledImage next() {
                return images.next();
            }

            @Override
            public void close() {}
        };
    }
}
