package io.inkstream.datasets;

import static io.inkstream.datasets.TestFiles.npy;
import static io.inkstream.datasets.TestFiles.npyImages;
import static io.inkstream.datasets.TestFiles.npz;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {
    @TempDir
    Path folder;

    @Test
    void usageExample() throws IOException {
        Path file = npz(
                folder.resolve("mnist.npz"),
                Map.of(
                        "x_train",
                        npyImages(3),
                        "y_train",
                        npy("|u1", false, "3,", new byte[] {4, 0, 9}),
                        "x_test",
                        npyImages(1),
                        "y_test",
                        npy("<i8", false, "1,", int64(8))));

        Dataset train = Datasets.open(file.toString());
        Dataset test = Datasets.open(file + "#test");

        assertThat(train.name()).isEqualTo("mnist-train");
        assertThat(labels(train)).containsExactly(4, 0, 9);
        assertThat(train.slice(2, 3).iterator().next().getImage().getPixels().byteAt(0))
                .isEqualTo((byte) (2 * 784));
        assertThat(test.iterator().next().getImage().getId()).isEqualTo("mnist-test-0");
        assertThat(labels(test)).containsExactly(8);
        assertThat(labels(Datasets.open(file + "#train"))).hasSize(3);
    }

    @Test
    void withoutLabelsImagesAreUnlabelled() throws IOException {
        Dataset dataset = Datasets.open(
                npz(folder.resolve("a.npz"), Map.of("x_train", npyImages(1))).toString());

        assertThat(dataset.labeled()).isFalse();
        assertThatThrownBy(dataset::requireLabels).hasMessageContaining("looked for an array y_train");
    }

    @Test
    void partsAndArraysThatAreNotThereAreNamed() throws IOException {
        Path file = npz(folder.resolve("a.npz"), Map.of("x_train", npyImages(1)));

        refused(file + "#valid", "no part 'valid'", "#train or");
        refused(file + "#test", "no array x_test");
        refused(folder.resolve("b.npz") + "#test", "not found");
    }

    @Test
    void otherTypesAndOrdersAreRefusedWithTheRemedy() throws IOException {
        refused(withImages(npy("<f4", false, "1, 28, 28", new byte[784 * 4])), "type <f4", ".astype('uint8')");
        refused(withImages(npy("|u1", true, "1, 28, 28", new byte[784])), "Fortran order", "ascontiguousarray");
        refused(withImages(npy("<i8", false, "1, 28, 28", new byte[784 * 8])), "images are unsigned bytes");
        refused(withImages(npy("|u1", false, "1, 784", new byte[784])), "n × height × width");
        refused(withImages(npy("|O", false, "1,", new byte[8])), "type |O");
    }

    @Test
    void headersThatLieAreRefused() throws IOException {
        refused(withImages(npy("|u1", false, "2, 28, 28", new byte[784])), "promises the shape [2, 28, 28]");
        refused(withImages(npy("|u1", false, "1, 28, 28", new byte[785])), "promises the shape [1, 28, 28]");
        refused(withImages(npy("|u1", false, "99999999999, 28, 28", new byte[784])), "too large");
        refused(withImages(npy("|u1", false, "2147483647, 2147483647, 2147483647", new byte[1])), "promises the shape");
        refused(withImages("no array".getBytes(StandardCharsets.UTF_8)), "is no NumPy array");
        refused(withImages(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1}), "cut short within its header");
        refused(
                withImages(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 0, 0, 0, (byte) 0xff}),
                "at most 65536 are read");
    }

    @Test
    void labelsMustMatchTheImagesAndBeDigits() throws IOException {
        refused(withLabels(npy("|u1", false, "2,", new byte[2])), "1 images", "do not belong together");
        refused(withLabels(npy("|u1", false, "1, 1", new byte[1])), "do not belong together");
        refused(withLabels(npy("<i8", false, "1,", int64(-1))), "label 0 is -1, which is no digit");
        refused(withLabels(npy("<i8", false, "1,", int64(1L << 32))), "label 0 is 4294967296");
    }

    @Test
    void aZipThatIsCutShortIsRefused() throws IOException {
        Path file = npz(folder.resolve("a.npz"), Map.of("x_train", npyImages(1)));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 30));

        refused(file.toString(), "cannot read", "x_train");
    }

    @Test
    void aFlippedBitIsFound() throws IOException {
        Path file = folder.resolve("a.npz");
        byte[] array = npyImages(1);
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.setLevel(Deflater.NO_COMPRESSION);
            out.putNextEntry(new ZipEntry("x_train.npy"));
            out.write(array);
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[400] ^= 1;
        Files.write(file, bytes);

        Dataset dataset = Datasets.open(file.toString());
        assertThatThrownBy(() -> dataset.forEach(image -> {})).hasMessageContaining("checksum is wrong");
    }

    private String withImages(byte[] array) throws IOException {
        return npz(folder.resolve("images.npz"), Map.of("x_train", array)).toString();
    }

    private String withLabels(byte[] array) throws IOException {
        return npz(folder.resolve("labels.npz"), Map.of("x_train", npyImages(1), "y_train", array))
                .toString();
    }

    private static void refused(String spec, String... said) {
        assertThatThrownBy(() -> Datasets.open(spec))
                .isInstanceOf(DatasetException.class)
                .hasMessageContainingAll(said);
    }

    private static List<Integer> labels(Dataset dataset) {
        return StreamSupport.stream(dataset.spliterator(), false)
                .map(LabeledImage::getLabel)
                .toList();
    }

    private static byte[] int64(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }
}
