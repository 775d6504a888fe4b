package io.inkstream.models.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.protobuf.Timestamp;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
    private static final int LIMIT = 3;

    @TempDir
    Path folder;

    private ModelCache cache;

    @BeforeEach
    void open() throws IOException {
        cache = ModelCache.open(folder, LIMIT);
    }

    @Test
    void usageExample() throws Exception {
        byte[] content = content(1);
        Artifact artifact = artifact(1);
        assertThat(cache.read(artifact)).isEmpty();
        cache.write(artifact, content);
        cache.rememberLive("digits", live(1, 1, 100));

        ModelCache another = ModelCache.open(folder, LIMIT);
        assertThat(another.read(artifact)).hasValue(content);
        assertThat(another.live("digits")).hasValue(live(1, 1, 100));
        assertThat(another.live("letters")).isEmpty();
    }

    /** Whoever owns it may put in what is trusted when nobody else answers. */
    @Test
    void aFolderOfAnotherUserIsNotUsed() throws Exception {
        UserPrincipal nobody =
                folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        try {
            Files.setOwner(theirs, nobody);
        } catch (FileSystemException e) {
            abort("only root can give a folder away: " + e.getMessage());
        }

        assertThatThrownBy(() -> ModelCache.open(theirs))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to nobody, not to");
        assertThat(theirs).isEmptyDirectory();
        assertThat(ModelCache.open(theirs.resolve("ours")).read(artifact(1))).isEmpty();
    }

    @Test
    void aFileWhoseBytesHaveChangedIsThrownAwayAndCanBeWrittenAgain() throws Exception {
        cache.write(artifact(1), content(1));
        Path file = folder.resolve("files").resolve(artifact(1).getSha256());
        byte[] changed = content(1);
        changed[0] ^= 1;
        Files.write(file, changed);

        assertThat(cache.read(artifact(1))).isEmpty();
        assertThat(file).doesNotExist();
        cache.write(artifact(1), content(1));
        assertThat(cache.read(artifact(1))).hasValue(content(1));
    }

    @Test
    void aFileOfAnotherLengthIsThrownAwayUnread() throws Exception {
        cache.write(artifact(1), content(1));
        Path file = folder.resolve("files").resolve(artifact(1).getSha256());
        Files.write(file, new byte[] {1, 2, 3});

        assertThat(cache.read(artifact(1))).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void askingWhetherAFileIsThereLooksAtItsLengthAndCountsAsAUse() throws Exception {
        assertThat(cache.isThere(artifact(1))).isFalse();
        for (int i = 1; i <= LIMIT; i++) {
            cache.write(artifact(i), content(i));
            usedAt(i, i);
        }
        assertThat(cache.isThere(artifact(1))).isTrue();
        cache.write(artifact(4), content(4));

        assertThat(cache.isThere(artifact(1))).isTrue();
        assertThat(cache.isThere(artifact(2))).isFalse();
        Files.write(folder.resolve("files").resolve(artifact(1).getSha256()), new byte[] {1, 2, 3});
        assertThat(cache.isThere(artifact(1))).isFalse();
    }

    @Test
    void keepsTheFilesUsedLast() throws Exception {
        for (int i = 1; i <= LIMIT; i++) {
            cache.write(artifact(i), content(i));
            usedAt(i, i);
        }
        // The oldest is read, which makes it the newest.
        assertThat(cache.read(artifact(1))).isPresent();
        cache.write(artifact(4), content(4));

        assertThat(files()).isEqualTo(LIMIT);
        assertThat(cache.read(artifact(2))).isEmpty();
        assertThat(cache.read(artifact(1))).isPresent();
        assertThat(cache.read(artifact(3))).isPresent();
        assertThat(cache.read(artifact(4))).isPresent();
    }

    @Test
    void neverEvictsWhatWasLiveLast() throws Exception {
        cache.write(artifact(1), content(1));
        usedAt(1, 1);
        cache.rememberLive("digits", live(1, 1, 100));
        for (int i = 2; i <= 20; i++) {
            cache.write(artifact(i), content(i));
            usedAt(i, i);
        }

        assertThat(cache.read(artifact(1))).isPresent();
        assertThat(files()).isEqualTo(LIMIT);
    }

    @Test
    void whatIsLiveIsReplacedByANewerMoveOnly() throws Exception {
        assertThat(cache.rememberLive("digits", live(2, 2, 200))).isTrue();
        assertThat(cache.rememberLive("digits", live(1, 1, 100))).isFalse();
        assertThat(cache.live("digits")).hasValue(live(2, 2, 200));
        // A rollback is a newer move to an older version.
        assertThat(cache.rememberLive("digits", live(1, 3, 300))).isTrue();
        // The registry was made anew, and counts from 1 again.
        assertThat(cache.rememberLive("digits", live(1, 1, 400))).isTrue();
        assertThat(cache.live("digits")).hasValue(live(1, 1, 400));
    }

    @Test
    void whatIsLeftHalfWrittenIsNeitherReadNorKept() throws Exception {
        Path left = folder.resolve("unfinished").resolve("left");
        Files.write(left, content(1));
        assertThat(cache.read(artifact(1))).isEmpty();
        cache.write(artifact(1), content(1));

        assertThat(left).doesNotExist();
    }

    @Test
    void aDamagedPointerIsNone() throws Exception {
        cache.rememberLive("digits", live(1, 1, 100));
        Files.write(folder.resolve("live").resolve("digits.pb"), new byte[] {10, 100, 1});
        assertThat(cache.live("digits")).isEmpty();

        assertThat(cache.rememberLive("digits", live(1, 1, 100))).isTrue();
    }

    @Test
    void aPointerOfANewerFormatIsNone() throws Exception {
        Files.write(folder.resolve("live").resolve("digits.pb"), new byte[] {8, 2});

        assertThat(cache.live("digits")).isEmpty();
    }

    @Test
    void namesThatAreNoHashesAndScopesThatArePathsAreRefused() {
        Artifact bad = artifact(1).toBuilder().setSha256("../../etc/passwd").build();

        assertThatThrownBy(() -> cache.read(bad)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.live("../digits")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.write(artifact(1), content(2))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyTheOwnerMayPutAnythingIn() throws Exception {
        Path own = folder.resolve("own");
        ModelCache.open(own);

        assertThat(Files.getPosixFilePermissions(own)).hasSize(3);
    }

    private void usedAt(int i, long second) throws IOException {
        Files.setLastModifiedTime(
                folder.resolve("files").resolve(artifact(i).getSha256()), FileTime.fromMillis(1_000 * second));
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("files"))) {
            return files.count();
        }
    }

    static byte[] content(int i) {
        return ("model " + i).repeat(1_000).getBytes(StandardCharsets.UTF_8);
    }

    static Artifact artifact(int i) {
        return ModelStore.describe(ModelStore.ONNX, content(i));
    }

    static LiveVersion live(int version, long move, long since) {
        return LiveVersion.newBuilder()
                .setPointer(LivePointer.newBuilder()
                        .setFormat(1)
                        .setVersion(version)
                        .setMove(move)
                        .setSince(Timestamp.newBuilder().setSeconds(since)))
                .setVersion(ModelVersion.newBuilder()
                        .setFormat(1)
                        .setModel("digits")
                        .setVersion(version)
                        .setOnnx(artifact(version)))
                .build();
    }
}
