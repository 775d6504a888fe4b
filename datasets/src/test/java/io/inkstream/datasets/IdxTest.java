package io.inkstream.datasets;

import static io.inkstream.datasets.TestFiles.counting;
import static io.inkstream.datasets.TestFiles.gzip;
import static io.inkstream.datasets.TestFiles.idx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
    @TempDir
    Path folder;

    @Test
    void usageExample() {
        Dataset digits = Datasets.open(TestFiles.SAMPLES.resolve("digits").toString());

        assertThat(digits.name()).isEqualTo("digits");
        assertThat(digits.size()).isEqualTo(10_000);
        assertThat(digits.labeled()).isTrue();
        int[] perClass = new int[10];
        for (LabeledImage digit : digits) {
            assertThat(digit.getImage().getPixels().size()).isEqualTo(784);
            perClass[digit.getLabel()]++;
        }
        assertThat(perClass).containsExactly(1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978);
    }

    @Test
    void imagesCarryIdSizePixelsAndLabel() throws IOException {
        Dataset dataset = Datasets.open(TestFiles.threeImages(folder, "some").toString());

        LabeledImage second = dataset.slice(1, 2).iterator().next();
        assertThat(second.getImage().getId()).isEqualTo("some-1");
        assertThat(second.getImage().getSource()).isEmpty();
        assertThat(second.getImage().getHeight()).isEqualTo(2);
        assertThat(second.getImage().getWidth()).isEqualTo(3);
        assertThat(second.getImage().getEncoding()).isEqualTo(Encoding.GRAY8);
        assertThat(second.getImage().getPixels().toByteArray()).containsExactly(6, 7, 8, 9, 10, 11);
        assertThat(second.hasLabel()).isTrue();
        assertThat(second.getLabel()).isZero();
    }

    @Test
    void theImagesFileFindsItsLabelsWhateverTheVariant() throws IOException {
        Path images = write("t10k-images.idx3-ubyte", idx(counting(4), 1, 2, 2));
        write("t10k-labels.idx1-ubyte.gz", gzip(idx(new byte[] {5}, 1)));

        for (String spec :
                new String[] {images.toString(), folder.resolve("t10k").toString()}) {
            assertThat(Datasets.open(spec).iterator().next().getLabel()).isEqualTo(5);
        }
    }

    @Test
    void withoutLabelsImagesAreUnlabelledAndWhoNeedsLabelsHearsWhereTheyWereLookedFor() throws IOException {
        write("new-images-idx3-ubyte.gz", gzip(idx(counting(4), 1, 2, 2)));

        Dataset dataset = Datasets.open(folder.resolve("new").toString());
        assertThat(dataset.labeled()).isFalse();
        assertThat(dataset.iterator().next().hasLabel()).isFalse();
        assertThatThrownBy(dataset::requireLabels)
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no labels beside")
                .hasMessageContaining("new-labels-idx1-ubyte.gz");
    }

    @Test
    void aFileOfAnotherNameIsReadWithoutLabels() throws IOException {
        Path file = write("scans.idx", idx(counting(4), 1, 2, 2));

        Dataset dataset = Datasets.open(file.toString());
        assertThat(dataset.name()).isEqualTo("scans.idx");
        assertThat(dataset.labeled()).isFalse();
    }

    @Test
    void aLabelsFileIsNoDataSet() throws IOException {
        Path labels = write("x-labels-idx1-ubyte", idx(new byte[] {1}, 1));

        refused(labels, "holds labels; give the images file");
    }

    @Test
    void countsThatDifferAreRefused() throws IOException {
        write("x-labels-idx1-ubyte", idx(new byte[] {1, 2}, 2));
        Path images = write("x-images-idx3-ubyte", idx(counting(12), 3, 2, 2));

        refused(images, "3 images", "labels of shape [2]", "do not belong together");
    }

    @Test
    void aLabelThatIsNoDigitIsRefusedBeforeTheFirstImageGoesOut() throws IOException {
        write("x-labels-idx1-ubyte", idx(new byte[] {1, 10}, 2));
        Path images = write("x-images-idx3-ubyte", idx(counting(8), 2, 2, 2));

        refused(images, "label 1 is 10, which is no digit");
    }

    @Test
    void aPlainFileMustBeAsLongAsItsHeaderSays() throws IOException {
        refused(write("short", idx(counting(11), 3, 2, 2)), "header promises 3 × 2 × 2 bytes, the file has 27");
        refused(write("long", idx(counting(13), 3, 2, 2)), "header promises 3 × 2 × 2 bytes, the file has 29");
    }

    @Test
    void sizesThatNoFileCanHoldAreRefusedBeforeAnythingIsAllocated() throws IOException {
        int most = Integer.MAX_VALUE;
        refused(write("bomb", idx(new byte[4], most, most, most)), "header promises");
        refused(write("bomb.gz", gzip(idx(new byte[4], most, 28, 28))), "header promises");
        refused(write("negative", idx(new byte[4], -1, 28, 28)), "negative size");
        refused(write("no-pixels", idx(new byte[0], 1, 0, 28)), "0 × 28 pixels");
        byte[] huge = idx(new byte[0], 0, 1 << 13, 1 << 13);
        refused(write("huge", huge), "8192 × 8192 pixels");
    }

    @Test
    void aGzipFileThatIsCutShortFailsWhereItEnds() throws IOException {
        byte[] whole = gzip(idx(noise(28 * 28 * 20), 20, 28, 28));
        Path file = write("cut.gz", Arrays.copyOf(whole, whole.length / 2));

        Dataset dataset = Datasets.open(file.toString());
        assertThatThrownBy(() -> dataset.forEach(image -> {}))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("cut.gz is damaged or cut short; fetch it again");
    }

    @Test
    void aGzipFileWhoseContentEndsEarlyOrGoesOnFails() throws IOException {
        Dataset early =
                Datasets.open(write("early.gz", gzip(idx(counting(7), 2, 2, 2))).toString());
        Dataset late =
                Datasets.open(write("late.gz", gzip(idx(counting(9), 2, 2, 2))).toString());

        assertThatThrownBy(() -> early.forEach(image -> {})).hasMessageContaining("ends within item 1 of 2");
        assertThatThrownBy(() -> late.forEach(image -> {})).hasMessageContaining("goes on after item 2");
    }

    @Test
    void aFlippedBitInAGzipFileIsFound() throws IOException {
        byte[] whole = gzip(idx(noise(784), 1, 28, 28));
        whole[whole.length - 8] ^= 1;
        Dataset dataset = Datasets.open(write("flipped.gz", whole).toString());

        assertThatThrownBy(() -> dataset.forEach(image -> {}))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("flipped.gz is damaged");
    }

    @Test
    void whatIsNoIdxIsRefused() throws IOException {
        refused(
                write("zipped-text.gz", gzip("hello, world".getBytes(StandardCharsets.UTF_8))),
                "is no IDX file of unsigned bytes");
        refused(write("floats.gz", gzip(new byte[] {0, 0, 0x0d, 3, 0, 0, 0, 0})), "is no IDX file of unsigned bytes");
        refused(write("flat", idx(counting(4), 4)), "1 dimensions where 3 are expected");
        refused(write("header-cut.gz", gzip(new byte[] {0, 0, 8, 3, 0})), "cut short within its header");
    }

    private static void refused(Path file, String... said) {
        assertThatThrownBy(() -> Datasets.open(file.toString()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContainingAll(said);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }
}
