package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFilesTest {
    @TempDir
    private Path temp;

    private Path root;
    private Path secret;
    private DataFiles files;

    @BeforeEach
    void folders() throws IOException {
        root = Files.createDirectory(temp.toRealPath().resolve("data"));
        secret = Files.writeString(temp.toRealPath().resolve("secret.png"), "secret");
        Files.createDirectory(temp.toRealPath().resolve("database"));
        files = new DataFiles(Optional.of(root));
    }

    @Test
    void usageExample() throws IOException {
        Files.writeString(root.resolve("mnist.npz"), "");
        Files.writeString(root.resolve("seven.png"), "seven");

        assertThat(files.dataset("mnist.npz#test")).isEqualTo(root + "/mnist.npz#test");
        assertThat(files.dataset("./sub/../mnist.npz")).isEqualTo(root + "/mnist.npz");
        assertThat(files.dataset(root + "/mnist.npz")).isEqualTo(root + "/mnist.npz");
        assertThat(files.image("seven.png", 100)).asString().isEqualTo("seven");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.png", "sub/../../secret.png", "/etc/passwd", "..", "../database", "/"})
    void pathsDoNotLeadOut(String path) {
        assertThat(status(() -> files.dataset(path))).isEqualTo(403);
        assertThat(status(() -> files.image(path, 100))).isEqualTo(403);
    }

    @Test
    void linksDoNotLeadOut() throws IOException {
        Files.createSymbolicLink(root.resolve("link.png"), secret);
        Files.createSymbolicLink(root.resolve("folder"), temp);

        assertThat(status(() -> files.image("link.png", 100))).isEqualTo(403);
        assertThat(status(() -> files.image("folder/secret.png", 100))).isEqualTo(403);
        assertThat(status(() -> files.dataset("folder"))).isEqualTo(403);
        assertThat(status(() -> files.dataset("folder/not-there"))).isEqualTo(403);
    }

    @Test
    void linksInsideAFolderOfImagesDoNotLeadOut() throws IOException {
        Path sevens = Files.createDirectories(root.resolve("images/7"));
        Files.writeString(sevens.resolve("a.png"), "");
        assertThat(files.dataset("images")).isEqualTo(root + "/images");
        Files.createSymbolicLink(sevens.resolve("b.png"), secret);

        assertThat(status(() -> files.dataset("images"))).isEqualTo(403);
    }

    /** Whatever is written after the file's name, the link is what would be opened. */
    @ParameterizedTest
    @ValueSource(strings = {"mnist.npz", "mnist.npz#train", "mnist.npz#train/", "mnist.npz#TRAIN", "mnist.npz#"})
    void aLinkDoesNotLeadOutWhereAPartOfItIsNamed(String named) throws IOException {
        Files.createSymbolicLink(root.resolve("mnist.npz"), secret);

        assertThat(status(() -> files.dataset(named))).isEqualTo(403);
    }

    @Test
    void linksBehindALinkToAFolderDoNotLeadOut() throws IOException {
        Path images = Files.createDirectories(root.resolve("2024"));
        Files.createDirectory(images.resolve("7"));
        Files.createSymbolicLink(images.resolve("7/x.png"), secret);
        Files.createSymbolicLink(root.resolve("latest"), images);
        Files.createDirectory(root.resolve("linked"));
        Files.createSymbolicLink(root.resolve("linked/7"), images.resolve("7"));

        assertThat(status(() -> files.dataset("latest"))).isEqualTo(403);
        assertThat(status(() -> files.dataset("linked"))).isEqualTo(403);
    }

    @Test
    void aFolderThatHoldsItselfIsNotWalkedForEver() throws IOException {
        Files.createDirectory(root.resolve("loop"));
        Files.createSymbolicLink(root.resolve("loop/7"), root.resolve("loop"));

        assertThat(status(() -> files.dataset("loop"))).isEqualTo(404);
    }

    @Test
    void theLabelsBesideImagesDoNotLeadOut() throws IOException {
        Files.writeString(root.resolve("train-images-idx3-ubyte"), "");
        Files.createSymbolicLink(root.resolve("train-labels-idx1-ubyte"), secret);

        assertThat(status(() -> files.dataset("train-images-idx3-ubyte"))).isEqualTo(403);
        assertThat(status(() -> files.dataset("train"))).isEqualTo(403);
    }

    @Test
    void linksWithinTheFolderAreFollowed() throws IOException {
        Files.writeString(root.resolve("a.png"), "a");
        Files.createSymbolicLink(root.resolve("b.png"), root.resolve("a.png"));

        assertThat(files.image("b.png", 100)).asString().isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist.p", "sub/mnist.PKL", "mnist.pickle", "mnist.p.gz"})
    void picklesAreRefusedWithReasonAndRemedy(String path) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> files.dataset(path));

        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused).hasMessageContaining("to open one is to run the program that it holds");
        assertThat(refused.remedy()).contains("numpy.savez_compressed");
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        Files.writeString(root.resolve("large.png"), "12345");

        assertThat(status(() -> files.image("large.png", 4))).isEqualTo(413);
        assertThat(files.image("large.png", 5)).hasSize(5);
    }

    @Test
    void withoutAFolderNothingIsRead() {
        DataFiles none = new DataFiles(Optional.empty());

        assertThat(status(() -> none.dataset("mnist.npz"))).isEqualTo(400);
    }

    @Test
    void aFolderThatIsNotThereIsTold() {
        assertThatThrownBy(() -> new DataFiles(Optional.of(root.resolve("not-there"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--data-root");
    }

    private static int status(org.junit.jupiter.api.function.Executable call) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, call::execute);
        assertThat(refused).isNotNull();
        assertThat(refused.remedy()).isNotBlank();
        return refused.status();
    }
}
