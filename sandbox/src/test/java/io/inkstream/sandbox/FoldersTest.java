package io.inkstream.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir
    Path parent;

    @Test
    void aMissingFolderIsMadeAndRemovedWithWhatServersWrote() throws Exception {
        Folders folders = Folders.make(Optional.of(parent.resolve("new/sandbox")));
        Files.createDirectories(folders.hdfs().resolve("data"));
        Files.createFile(folders.hdfs().resolve("data/block"));
        folders.remove();
        assertThat(folders.root()).doesNotExist();
    }

    @Test
    void aTemporaryFolderGoesWithAllThatIsInIt() throws Exception {
        Folders folders = Folders.make(Optional.empty());
        Files.createFile(
                Files.createDirectories(folders.root().resolve("cache")).resolve("model"));
        folders.remove();
        assertThat(folders.root()).doesNotExist();
    }

    @Test
    void aFolderWithOtherFilesIsRefusedAndLeftAlone() throws Exception {
        Path own = Files.createFile(
                Files.createDirectories(parent.resolve("kafka")).resolve("thesis.txt"));
        assertThatThrownBy(() -> Folders.make(Optional.of(parent)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("choose one that is empty");
        assertThat(own).exists();
    }

    @Test
    void filesThatCameToTheFolderLaterAreNotRemoved() throws Exception {
        Folders folders = Folders.make(Optional.of(parent));
        Path own = Files.createFile(parent.resolve("notes.txt"));
        folders.remove();
        assertThat(own).exists();
    }
}
