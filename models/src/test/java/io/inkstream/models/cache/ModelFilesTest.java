package io.inkstream.models.cache;

import static io.inkstream.models.cache.ModelCacheTest.artifact;
import static io.inkstream.models.cache.ModelCacheTest.content;
import static io.inkstream.models.cache.ModelCacheTest.live;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.store.ModelStore;
import io.inkstream.models.store.StoreException;
import io.inkstream.schemas.v1.Artifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a store in a local folder, which Hadoop serves as it serves HDFS. */
class ModelFilesTest {
    private static final long LIMIT = 1 << 20;

    @TempDir
    Path folder;

    private ModelStore store;

    @BeforeEach
    void publishVersionOne() throws Exception {
        store = ModelStore.open(root(), "digits");
        store.publish(store.stage(1, Map.of(ModelStore.ONNX, content(1))), 1, List.of(artifact(1)));
    }

    @Test
    void usageExample() throws Exception {
        assertThat(files("cache").read(1, artifact(1), LIMIT)).isEqualTo(content(1));
        files("cache").rememberLive(live(1, 1, 100));
        store.delete(1);

        // Another process on this host, after the store has gone.
        assertThat(files("cache").read(1, artifact(1), LIMIT)).isEqualTo(content(1));
        assertThat(files("cache").lastLive()).hasValue(live(1, 1, 100));
    }

    @Test
    void aDamagedCopyIsFetchedAnew() throws Exception {
        files("cache").read(1, artifact(1), LIMIT);
        Path copy = folder.resolve("cache").resolve("files").resolve(artifact(1).getSha256());
        Files.write(copy, new byte[content(1).length]);

        assertThat(files("cache").read(1, artifact(1), LIMIT)).isEqualTo(content(1));
        assertThat(copy).hasBinaryContent(content(1));
    }

    @Test
    void whatIsLiveIsFetchedWhereItsCopyWasEvictedOrIsCutShort() throws Exception {
        Path copy = folder.resolve("cache").resolve("files").resolve(artifact(1).getSha256());
        files("cache").rememberLive(live(1, 1, 100));
        assertThat(copy).hasBinaryContent(content(1));
        Files.write(copy, new byte[] {1, 2, 3});

        files("cache").rememberLive(live(1, 1, 100));

        assertThat(copy).hasBinaryContent(content(1));
    }

    @Test
    void withoutAUsableCacheItReadsFromTheStore() throws Exception {
        Files.writeString(folder.resolve("cache"), "a file where the folder should be");

        assertThat(files("cache").read(1, artifact(1), LIMIT)).isEqualTo(content(1));
        assertThat(files("cache").lastLive()).isEmpty();
        files("cache").rememberLive(live(1, 1, 100));
    }

    @Test
    void modelsOfTheSameNameInAnotherStoreAreOthers() {
        files("cache").rememberLive(live(1, 1, 100));
        ModelFiles others = new ModelFiles("hdfs://elsewhere/inkstream", "digits", folder.resolve("cache"));

        assertThat(others.lastLive()).isEmpty();
    }

    @Test
    void metadataThatCannotBeTrueIsRefusedBeforeAnythingIsRead() {
        Artifact good = artifact(1);
        for (Artifact bad : List.of(
                good.toBuilder().setName("../../secret").build(),
                good.toBuilder().setSha256("../../secret").build(),
                good.toBuilder().setBytes(0).build(),
                good.toBuilder().setBytes(-1).build(),
                good.toBuilder().setBytes(LIMIT + 1).build())) {
            assertThatThrownBy(() -> files("cache").read(1, bad, LIMIT)).isInstanceOf(StoreException.class);
        }
    }

    private ModelFiles files(String cache) {
        return new ModelFiles(root(), "digits", folder.resolve(cache));
    }

    private String root() {
        return folder.resolve("root").toUri().toString();
    }
}
