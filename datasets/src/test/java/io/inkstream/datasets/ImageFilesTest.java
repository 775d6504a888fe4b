package io.inkstream.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.LabeledImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    @TempDir
    Path folder;

    @Test
    void usageExample() throws IOException {
        byte[] png = image("png");
        byte[] jpeg = image("jpeg");
        write("scans/7/b.png", png);
        write("scans/7/a.JPG", jpeg);
        write("scans/0/x.png", png);
        write("scans/0/notes.txt", png);
        write("scans/.DS_Store", png);

        Dataset scans = Datasets.open(folder.resolve("scans").toString());

        assertThat(scans.name()).isEqualTo("scans");
        assertThat(scans.labeled()).isTrue();
        List<LabeledImage> images = all(scans);
        assertThat(images).extracting(LabeledImage::getLabel).containsExactly(0, 7, 7);
        assertThat(images).extracting(i -> i.getImage().getId()).containsExactly("scans-0", "scans-1", "scans-2");
        assertThat(images)
                .extracting(i -> i.getImage().getEncoding())
                .containsExactly(Encoding.PNG, Encoding.JPEG, Encoding.PNG);
        assertThat(images.get(1).getImage().getPixels().toByteArray()).isEqualTo(jpeg);
    }

    @Test
    void filesBesideTheSubFoldersAreUnlabelled() throws IOException {
        write("0/a.png", image("png"));
        write("z.png", image("png"));

        Dataset mixed = Datasets.open(folder.toString());
        assertThat(mixed.labeled()).isFalse();
        assertThat(all(mixed)).extracting(LabeledImage::hasLabel).containsExactly(true, false);
        assertThatThrownBy(mixed::requireLabels).hasMessageContainingAll("no label for", "z.png", "sub-folder");
    }

    @Test
    void oneFileIsADataSetOfOne() throws IOException {
        Path file = write("seven.png", image("png"));

        Dataset one = Datasets.open(file.toString());
        assertThat(one.size()).isEqualTo(1);
        assertThat(one.labeled()).isFalse();
        assertThat(all(one).get(0).getImage().getId()).isEqualTo("seven.png-0");
    }

    @Test
    void aSubFolderOfAnotherNameIsRefusedRatherThanSkipped() throws IOException {
        write("seven/a.png", image("png"));

        assertThatThrownBy(() -> Datasets.open(folder.toString())).hasMessageContainingAll("seven", "named by a digit");
    }

    @Test
    void aFolderWithoutImagesIsRefused() throws IOException {
        write("notes.txt", new byte[1]);

        assertThatThrownBy(() -> Datasets.open(folder.toString())).hasMessageContaining("no images in");
    }

    @Test
    void contentThatIsNoImageIsRefusedByName() throws IOException {
        write("a.png", "hello".getBytes(StandardCharsets.UTF_8));

        Dataset dataset = Datasets.open(folder.toString());
        assertThatThrownBy(() -> all(dataset)).hasMessageContaining("a.png is neither PNG nor JPEG");
    }

    @Test
    void aFileOfMoreThan16MiBIsRefused() throws IOException {
        byte[] large = Arrays.copyOf(image("png"), (16 << 20) + 1);
        write("a.png", large);

        Dataset dataset = Datasets.open(folder.toString());
        assertThatThrownBy(() -> all(dataset)).hasMessageContaining("larger than 16 MiB");
    }

    @Test
    void aShuffledFolderKeepsIdsAndLabelsTogether() throws IOException {
        for (int digit = 0; digit <= 9; digit++) {
            write(digit + "/a.png", image("png"));
        }

        Dataset inOrder = Datasets.open(folder.toString());
        List<LabeledImage> shuffled = all(inOrder.shuffled(3));
        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(all(inOrder)).isNotEqualTo(all(inOrder));
        assertThat(all(inOrder.shuffled(3))).isEqualTo(shuffled);
        assertThat(all(inOrder.shuffled(3).slice(2, 5))).isEqualTo(shuffled.subList(2, 5));
    }

    private static List<LabeledImage> all(Dataset dataset) {
        List<LabeledImage> images = new ArrayList<>();
        dataset.forEach(images::add);
        return images;
    }

    private Path write(String path, byte[] content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static byte[] image(String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY), format, out);
        return out.toByteArray();
    }
}
