package io.inkstream.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every data set, whatever it is read from. */
class DatasetsTest {
    @TempDir
    Path folder;

    @Test
    void whatIsNotThereIsNamedWithEverythingThatWasLookedFor() {
        assertThatThrownBy(() -> Datasets.open(folder.resolve("train").toString()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContainingAll(
                        "not found",
                        "train-images-idx3-ubyte",
                        "train-images-idx3-ubyte.gz",
                        "train-images.idx3-ubyte");
        assertThatThrownBy(() -> Datasets.open("")).hasMessageContaining("it is blank");
        assertThatThrownBy(() -> Datasets.open("\0")).hasMessageContaining("no path");
    }

    @Test
    void aFileOfNoKnownFormatIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("letter.txt"), "Dear digits,");

        assertThatThrownBy(() -> Datasets.open(file.toString()))
                .hasMessageContainingAll("letter.txt", "expected an IDX");
        Path empty = Files.createFile(folder.resolve("empty"));
        assertThatThrownBy(() -> Datasets.open(empty.toString())).hasMessageContaining("is no data set");
    }

    @Test
    void aDataSetCanBeReadAnyNumberOfTimes() throws IOException {
        Dataset dataset = three();

        assertThat(all(dataset)).hasSize(3).isEqualTo(all(dataset));
    }

    @Test
    void slicesKeepIdsAndCanBeSlicedAgain() throws IOException {
        Dataset tail = three().slice(1, 3).slice(1, 2);

        assertThat(tail.size()).isEqualTo(1);
        assertThat(ids(tail)).containsExactly("three-2");
        assertThat(ids(three().slice(3, 3))).isEmpty();
        assertThatThrownBy(() -> three().slice(1, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aShuffleDependsOnlyOnTheSeed() {
        Dataset digits =
                Datasets.open(TestFiles.SAMPLES.resolve("digits").toString()).slice(0, 100);

        assertThat(all(digits.shuffled(1))).isEqualTo(all(digits.shuffled(1)));
        assertThat(all(digits.shuffled(1))).isNotEqualTo(all(digits.shuffled(2)));
        assertThat(all(digits.shuffled(1))).containsExactlyInAnyOrderElementsOf(all(digits));
        assertThat(ids(digits.shuffled(1).slice(10, 20)))
                .isEqualTo(ids(digits.shuffled(1)).subList(10, 20));
        assertThat(digits.shuffled(1).requireLabels().size()).isEqualTo(100);
    }

    @Test
    void whatIsTooLargeForMemoryIsNotShuffled() throws IOException {
        Path file = folder.resolve("large-images-idx3-ubyte");
        try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(TestFiles.idx(new byte[0], 700_000, 28, 28));
            sparse.setLength(16 + 700_000L * 784);
        }

        assertThatThrownBy(() -> Datasets.open(file.toString()).shuffled(1))
                .hasMessageContainingAll("too large to shuffle", "shuffle a part");
    }

    @Test
    void anIteratorEndsAndCanBeClosedEarly() throws IOException {
        try (DatasetIterator images = three().iterator()) {
            images.next();
        }
        DatasetIterator images = three().slice(0, 1).iterator();
        images.next();
        assertThat(images.hasNext()).isFalse();
        assertThatThrownBy(images::next).isInstanceOf(NoSuchElementException.class);
    }

    private Dataset three() throws IOException {
        return Datasets.open(TestFiles.threeImages(folder, "three").toString());
    }

    private static List<LabeledImage> all(Dataset dataset) {
        List<LabeledImage> images = new ArrayList<>();
        dataset.forEach(images::add);
        return images;
    }

    private static List<String> ids(Dataset dataset) {
        return all(dataset).stream().map(image -> image.getImage().getId()).toList();
    }
}
