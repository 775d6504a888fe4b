package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.ModelStore;
import io.inkstream.models.store.StoreException;
import io.inkstream.operators.TestModels;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionDraft;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(SandboxExtension.class)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class VersionSinkIT {
    private static final NetworkState NETWORK = TestModels.network(1);

    private String root;
    private String model;
    private VersionSink sink;
    private ModelRegistry registry;
    private ModelStore store;
    private FileSystem hdfs;

    @BeforeEach
    void open(Sandbox sandbox) throws IOException {
        root = sandbox.hdfs() + "/" + sandbox.uniqueName("sink");
        model = sandbox.uniqueName("digits");
        sink = new VersionSink(root, sandbox.zookeeper(), model);
        registry = ModelRegistry.open(sandbox.zookeeper(), model);
        store = ModelStore.open(root, model);
        hdfs = FileSystem.newInstance(URI.create(sandbox.hdfs()), new Configuration());
    }

    @AfterEach
    void close() throws IOException {
        registry.close();
        hdfs.close();
    }

    @Test
    void usageExample() throws Exception {
        StagedVersion staged = stage(1);
        assertThat(registry.versions()).isEmpty();

        commit(staged);

        ModelVersion version = registry.version(1).orElseThrow();
        byte[] pixels = new byte[784];
        try (OnnxScorer scorer = OnnxScorer.load(store.read(1, version.getOnnx()))) {
            assertThat(scorer.score(pixels, 1)).hasSize(10);
        }
        assertThat(NetworkState.parseFrom(store.read(1, version.getTraining()))).isEqualTo(NETWORK);
        assertThat(version.getLocation()).isEqualTo(store.location(1));
        assertExactlyPublished(staged);
    }

    /** How far an earlier commit of the same version came before it crashed. */
    enum Crash {
        BEFORE_ANYTHING,
        AFTER_THE_RENAME,
        AFTER_THE_REGISTRATION,
        AFTER_GOING_LIVE,
        AFTER_ALL
    }

    @ParameterizedTest
    @EnumSource
    void aCommitThatIsRepeatedAfterACrashPublishesExactlyOnce(Crash crash) throws Exception {
        // An attempt that died before its checkpoint left its files behind.
        stage(1);
        StagedVersion staged = stage(1);
        ModelVersion version = staged.getVersion();
        if (crash.compareTo(Crash.AFTER_THE_RENAME) >= 0) {
            store.publish(staged.getStaged(), 1, List.of(version.getOnnx(), version.getTraining()));
        }
        if (crash.compareTo(Crash.AFTER_THE_REGISTRATION) >= 0) {
            registry.register(version);
        }
        if (crash.compareTo(Crash.AFTER_GOING_LIVE) >= 0) {
            registry.advanceLive(1);
        }
        if (crash == Crash.AFTER_ALL) {
            commit(staged);
        }

        commit(staged);
        commit(staged);

        assertExactlyPublished(staged);
        assertThat(registry.live().orElseThrow().getMove()).isEqualTo(1);
    }

    @Test
    void severalVersionsArePublishedInTheOrderOfTheirNumbers() throws Exception {
        StagedVersion first = stage(9);
        StagedVersion second = stage(10);
        StagedVersion laterAndNotYetComplete = stage(11);

        commit(second, first);

        assertThat(registry.versions()).containsExactly(9L, 10L);
        assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(10);
        // Twice, once for each: had 10 come first, 9 would not have moved it.
        assertThat(registry.live().orElseThrow().getMove()).isEqualTo(2);
        assertThat(names(".staging")).containsExactly(new Path(laterAndNotYetComplete.getStaged()).getName());
    }

    @Test
    void anOldVersionThatIsCommittedAgainDoesNotBringItBack() throws Exception {
        StagedVersion first = stage(1);
        commit(first);
        commit(stage(2));

        commit(first);

        assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(2);
    }

    @Test
    void whatCannotBePublishedFailsTheCommitAndIsNotSeen() throws Exception {
        StagedVersion staged = stage(1);
        hdfs.delete(new Path(staged.getStaged(), ModelStore.TRAINING), false);

        assertThatThrownBy(() -> commit(staged))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("training.pb is missing");
        assertThat(registry.versions()).isEmpty();
        assertThat(registry.live()).isEmpty();
    }

    @Test
    void anotherJobsVersionOfTheSameNumberIsNotOverwritten() throws Exception {
        StagedVersion ours = stage(1);
        commit(ours);
        VersionDraft other =
                draft(1).toBuilder().setNetwork(TestModels.network(2)).build();
        StagedVersion theirs = stage(other);

        assertThatThrownBy(() -> commit(theirs)).isInstanceOf(StoreException.class);
        assertThat(store.read(1, ours.getVersion().getOnnx())).isNotEmpty();
    }

    @Test
    void theSameVersionMadeAgainHasTheSameBytes() throws Exception {
        assertThat(stage(1).getVersion()).isEqualTo(stage(1).getVersion());
    }

    private void assertExactlyPublished(StagedVersion staged) throws IOException {
        ModelVersion version = staged.getVersion();
        assertThat(registry.versions()).containsExactly(version.getVersion());
        assertThat(registry.version(version.getVersion())).contains(version);
        assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(version.getVersion());
        assertThat(names("")).containsExactlyInAnyOrder(".staging", Long.toString(version.getVersion()));
        assertThat(names(".staging")).isEmpty();
        assertThat(names(Long.toString(version.getVersion())))
                .containsExactlyInAnyOrder(ModelStore.ONNX, ModelStore.TRAINING);
        // Reading compares sizes and hashes.
        store.read(version.getVersion(), version.getOnnx());
        store.read(version.getVersion(), version.getTraining());
    }

    private List<String> names(String in) throws IOException {
        Path folder = new Path(root + "/models/" + model);
        return Arrays.stream(hdfs.listStatus(in.isEmpty() ? folder : new Path(folder, in)))
                .map(status -> status.getPath().getName())
                .toList();
    }

    private StagedVersion stage(long number) throws Exception {
        return stage(draft(number));
    }

    private StagedVersion stage(VersionDraft draft) throws Exception {
        try (var writer = (VersionWriter) sink.createWriter(null)) {
            writer.write(draft, null);
            writer.flush(false);
            var staged = writer.prepareCommit();
            assertThat(writer.prepareCommit()).isEmpty();
            assertThat(staged).hasSize(1);
            // Through the committer's state, as after a restore.
            var serializer = sink.getCommittableSerializer();
            byte[] bytes = serializer.serialize(staged.iterator().next());
            return serializer.deserialize(serializer.getVersion(), bytes);
        }
    }

    private VersionDraft draft(long number) {
        return VersionDraft.newBuilder()
                .setNetwork(NETWORK)
                .setVersion(ModelVersion.newBuilder()
                        .setFormat(ModelRegistry.FORMAT)
                        .setModel(model)
                        .setVersion(number))
                .build();
    }

    private void commit(StagedVersion... staged) throws Exception {
        try (Committer<StagedVersion> committer = sink.createCommitter(null)) {
            committer.commit(Arrays.stream(staged)
                    .<Committer.CommitRequest<StagedVersion>>map(MockCommitRequest::new)
                    .toList());
        }
    }
}
