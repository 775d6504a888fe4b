package io.inkstream.models.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Artifact;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SandboxExtension.class)
class ModelStoreIT {
    private static final byte[] ONNX = "what scorers load".getBytes(UTF_8);
    private static final byte[] TRAINING = "what training goes on from".getBytes(UTF_8);
    private static final Map<String, byte[]> FILES = Map.of(ModelStore.ONNX, ONNX, ModelStore.TRAINING, TRAINING);
    private static final Artifact ONNX_ARTIFACT = ModelStore.describe(ModelStore.ONNX, ONNX);
    private static final List<Artifact> ARTIFACTS =
            List.of(ONNX_ARTIFACT, ModelStore.describe(ModelStore.TRAINING, TRAINING));

    private ModelStore store;
    private FileSystem hdfs;
    private Path folder;

    @BeforeEach
    void openAnEmptyStore(Sandbox sandbox) throws IOException {
        String root = sandbox.hdfs() + "/" + sandbox.uniqueName("store");
        store = ModelStore.open(root, "digits");
        folder = new Path(root + "/models/digits");
        hdfs = FileSystem.newInstance(URI.create(sandbox.hdfs()), new Configuration());
    }

    @AfterEach
    void close() throws IOException {
        hdfs.close();
    }

    @Test
    void usageExample() throws IOException {
        String staged = store.stage(7, FILES);
        store.publish(staged, 7, ARTIFACTS);

        assertThat(store.read(7, ONNX_ARTIFACT)).isEqualTo(ONNX);
        assertThat(store.location(7)).isEqualTo(new Path(folder, "7").toString());
        assertThat(names(new Path(folder, "7"))).containsExactlyInAnyOrder(ModelStore.ONNX, ModelStore.TRAINING);
        assertThat(staged()).isEmpty();
    }

    @Test
    void noReaderSeesAVersionBeforeItIsPublished() throws IOException {
        store.stage(7, FILES);

        assertThat(names(folder)).containsExactly(".staging");
        assertThatThrownBy(() -> store.read(7, ONNX_ARTIFACT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("7/model.onnx is missing");
    }

    @Test
    void publishingTwiceIsHarmless() throws IOException {
        String staged = store.stage(7, FILES);
        store.publish(staged, 7, ARTIFACTS);
        FileStatus first = hdfs.getFileStatus(new Path(folder, "7/model.onnx"));

        // As after a crash between the rename and whatever follows it: the staging folder is gone.
        store.publish(staged, 7, ARTIFACTS);
        // As after a crash before the checkpoint: the same version was made again.
        store.publish(store.stage(7, FILES), 7, ARTIFACTS);

        assertThat(hdfs.getFileStatus(new Path(folder, "7/model.onnx")).getModificationTime())
                .isEqualTo(first.getModificationTime());
        assertThat(store.read(7, ONNX_ARTIFACT)).isEqualTo(ONNX);
    }

    @Test
    void otherBytesUnderTheSameNumberAreRefused() throws IOException {
        store.publish(store.stage(7, FILES), 7, ARTIFACTS);
        byte[] other = ONNX.clone();
        other[3] ^= 1;
        String staged = store.stage(7, Map.of(ModelStore.ONNX, other));

        assertThatThrownBy(() -> store.publish(staged, 7, List.of(ModelStore.describe(ModelStore.ONNX, other))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("7/model.onnx")
                .hasMessageContaining("was changed after it was written");
        assertThat(store.read(7, ONNX_ARTIFACT)).isEqualTo(ONNX);
    }

    @Test
    void aStagedFileThatWasChangedIsNotPublished() throws IOException {
        String staged = store.stage(7, FILES);
        byte[] flipped = ONNX.clone();
        flipped[0] ^= 1;
        overwrite(new Path(staged, ModelStore.ONNX), flipped);

        assertThatThrownBy(() -> store.publish(staged, 7, ARTIFACTS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(staged);
        assertThat(names(folder)).containsExactly(".staging");
    }

    @Test
    void aStagedFileThatIsGoneIsNotPublished() throws IOException {
        String staged = store.stage(7, FILES);
        hdfs.delete(new Path(staged, ModelStore.TRAINING), false);

        assertThatThrownBy(() -> store.publish(staged, 7, ARTIFACTS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("training.pb is missing");
        assertThat(names(folder)).containsExactly(".staging");
    }

    @Test
    void aPublishedFileThatWasCutOrFlippedIsRefused() throws IOException {
        store.publish(store.stage(7, FILES), 7, ARTIFACTS);
        Path file = new Path(folder, "7/model.onnx");

        overwrite(file, Arrays.copyOf(ONNX, ONNX.length - 1));
        assertThatThrownBy(() -> store.read(7, ONNX_ARTIFACT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has %d bytes, %d were published", ONNX.length - 1, ONNX.length);

        byte[] flipped = ONNX.clone();
        flipped[ONNX.length - 1] ^= (byte) 0x80;
        overwrite(file, flipped);
        assertThatThrownBy(() -> store.read(7, ONNX_ARTIFACT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(Sha256.of(flipped))
                .hasMessageContaining(Sha256.of(ONNX));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, ModelStore.MAX_ARTIFACT_BYTES + 1, 1L << 40, Long.MAX_VALUE})
    void metadataThatLiesAboutTheSizeIsRefusedBeforeAnythingIsAllocated(long claimed) throws IOException {
        store.publish(store.stage(7, FILES), 7, ARTIFACTS);

        assertThatThrownBy(() -> store.read(
                        7, ONNX_ARTIFACT.toBuilder().setBytes(claimed).build()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has %d bytes, %d were published", ONNX.length, claimed);
    }

    @Test
    void discardsWhatWasStagedForThisVersionAndEarlierOnes() throws IOException {
        store.stage(2, FILES);
        store.stage(9, FILES);
        store.stage(9, FILES);
        String later = store.stage(10, FILES);

        store.discardStagedUpTo(9);

        assertThat(staged()).containsExactly(new Path(later).getName());
    }

    @Test
    void discardsNothingThatItDidNotStage() throws IOException {
        Path staging = new Path(folder, ".staging");
        List<String> foreign = List.of("notes.txt", "7", "7-", "x7-a", "-1-a", "1234567890123456789-a");
        for (String name : foreign) {
            overwrite(new Path(staging, name), ONNX);
        }
        store.stage(7, FILES);

        store.discardStagedUpTo(8);

        assertThat(staged()).containsExactlyInAnyOrderElementsOf(foreign);
    }

    @Test
    void discardingWhereNothingWasEverStagedIsHarmless() throws IOException {
        store.discardStagedUpTo(1);

        assertThat(hdfs.exists(folder)).isFalse();
    }

    @Test
    void aDeletedVersionIsGoneAndOthersStay() throws IOException {
        assertThat(store.versions()).isEmpty();
        for (long number : new long[] {10, 9, 7}) {
            store.publish(store.stage(number, FILES), number, ARTIFACTS);
        }
        overwrite(new Path(folder, "notes/8.txt"), ONNX);
        store.delete(9);
        store.delete(9);

        assertThat(store.versions()).containsExactly(7L, 10L);
        assertThat(store.read(7, ONNX_ARTIFACT)).isEqualTo(ONNX);
    }

    @Test
    void whatIsSetAsideMakesRoomAndIsKept() throws IOException {
        assertThat(store.setAside(7)).isEmpty();
        store.publish(store.stage(7, FILES), 7, ARTIFACTS);
        byte[] other = {1, 2, 3};
        Path aside = new Path(store.setAside(7).orElseThrow());
        store.publish(
                store.stage(7, Map.of(ModelStore.ONNX, other)),
                7,
                List.of(ModelStore.describe(ModelStore.ONNX, other)));

        assertThat(store.versions()).containsExactly(7L);
        assertThat(names(aside)).containsExactlyInAnyOrder(ModelStore.ONNX, ModelStore.TRAINING);
    }

    private void overwrite(Path file, byte[] content) throws IOException {
        try (OutputStream out = hdfs.create(file, true)) {
            out.write(content);
        }
    }

    private List<String> staged() throws IOException {
        return names(new Path(folder, ".staging"));
    }

    private List<String> names(Path in) throws IOException {
        return Arrays.stream(hdfs.listStatus(in))
                .map(status -> status.getPath().getName())
                .toList();
    }
}
