package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetIterator;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.LabeledImage;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Where labels come from. */
sealed interface LabelSource {
    /** To be closed by who reads it. */
    Stream<Label> open();

    /** Whether it can be opened more than once. */
    default boolean isRepeatable() {
        return true;
    }

    /** A file with a label to each line. */
    record InFile(Path file) implements LabelSource {
        @Override
        public Stream<Label> open() {
            LabelFile labels = LabelFile.open(file);
            return stream(labels).onClose(labels::close);
        }
    }

    /** The same, from a pipe. */
    record StandardInput() implements LabelSource {
        @Override
        public Stream<Label> open() {
            return stream(LabelFile.standardInput());
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }
    }

    /** The labels of a data set, whose images have the ids that {@code produce} sends them with. */
    record OfDataset(Dataset images) implements LabelSource {
        @Override
        public Stream<Label> open() {
            DatasetIterator iterator = images.iterator();
            return stream(iterator).onClose(iterator::close).map(OfDataset::label);
        }

        private static Label label(LabeledImage image) {
            return Label.newBuilder()
                    .setImageId(image.getImage().getId())
                    .setDigit(image.getLabel())
                    .build();
        }
    }

    private static <T> Stream<T> stream(Iterator<T> iterator) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED), false);
    }
}
