package io.inkstream.datasets;

import com.google.protobuf.UnsafeByteOperations;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.InputStream;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Reads images and labels side by side from two streams. */
final class ArrayIterator implements DatasetIterator {
    private final ArrayDataset dataset;
    private final Ids ids;
    private final InputStream pixels;
    private final Optional<LabelReader> labels;
    private long index;

    /** Takes over both streams, which stand at the data set's first image. */
    ArrayIterator(ArrayDataset dataset, InputStream pixels, Optional<LabelReader> labels) {
        this.dataset = dataset;
        this.ids = new Ids(dataset.name(), dataset.images().length());
        this.pixels = pixels;
        this.labels = labels;
        this.index = dataset.from();
        finishIfDone();
    }

    @Override
    public boolean hasNext() {
        return index < dataset.to();
    }

    @Override
    public LabeledImage next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        try {
            LabeledImage image = read();
            index++;
            finishIfDone();
            return image;
        } catch (DatasetException e) {
            Closing.quietly(this::close, e);
            throw e;
        }
    }

    private LabeledImage read() {
        StoredArray images = dataset.images();
        byte[] bytes = images.read(pixels, dataset.pixels(), index);
        Image image = Image.newBuilder()
                .setId(ids.of(index))
                .setHeight(images.shape().get(1))
                .setWidth(images.shape().get(2))
                .setEncoding(Encoding.GRAY8)
                // The array is fresh and goes nowhere else.
                .setPixels(UnsafeByteOperations.unsafeWrap(bytes))
                .build();
        LabeledImage.Builder labeled = LabeledImage.newBuilder().setImage(image);
        labels.ifPresent(reader -> labeled.setLabel(reader.next()));
        return labeled.build();
    }

    private void finishIfDone() {
        if (index < dataset.to()) {
            return;
        }
        if (dataset.to() == dataset.images().length()) {
            dataset.images().expectEnd(pixels);
        }
        close();
    }

    @Override
    public void close() {
        Closing.now(pixels);
        labels.ifPresent(LabelReader::close);
    }
}
