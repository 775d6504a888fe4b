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
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionDraft;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class VersionSinkIT {
    private Publishing publishing;
    private ModelRegistry registry;
    private ModelStore store;

    @BeforeEach
    void open(Sandbox sandbox) throws IOException {
        publishing = new Publishing(sandbox);
        registry = publishing.registry;
        store = publishing.store;
    }

    @AfterEach
    void close() throws IOException {
        publishing.close();
    }

    @Test
    void usageExample() throws Exception {
        StagedVersion staged = publishing.stage(1);
        assertThat(registry.versions()).isEmpty();

        publishing.commit(staged);

        ModelVersion version = registry.version(1).orElseThrow();
        byte[] pixels = new byte[784];
        try (OnnxScorer scorer = OnnxScorer.load(store.read(1, version.getOnnx()))) {
            assertThat(scorer.score(pixels, 1)).hasSize(10);
        }
        assertThat(NetworkState.parseFrom(store.read(1, version.getTraining()))).isEqualTo(Publishing.NETWORK);
        assertThat(version.getLocation()).isEqualTo(store.location(1));
        publishing.assertExactlyPublished(staged);
    }

    /** ZooKeeper takes less than 1 MB: a hundred thousand runs of partitions would be several. */
    @Test
    void anOrderThatIsTooLongForTheRegistryIsAFile() throws Exception {
        Lineage lineage = OrderFileTest.lineage(100_000);
        VersionDraft.Builder draft = publishing.draft(1).toBuilder();
        draft.getVersionBuilder().setLineage(lineage);
        publishing.commit(publishing.stage(draft.build()));

        ModelVersion version = registry.version(1).orElseThrow();
        assertThat(version.getLineage())
                .isEqualTo(lineage.toBuilder().clearOrder().build());
        assertThat(OrderFile.putBack(version.getLineage(), store.read(1, version.getOrder())))
                .isEqualTo(lineage);
    }

    @Test
    void aVersionThatAnEarlierReleaseStagedHasNoProbe() throws Exception {
        publishing.commit(
                publishing.stage(publishing.draft(1).toBuilder().clearProbe().build()));

        assertThat(registry.version(1).orElseThrow().hasProbe()).isFalse();
        assertThat(publishing.names("1")).containsExactlyInAnyOrder(ModelStore.ONNX, ModelStore.TRAINING);
    }

    @Test
    void aCommitThatIsRepeatedPublishesExactlyOnce() throws Exception {
        StagedVersion staged = publishing.stage(1);
        publishing.commit(staged);
        publishing.commit(staged);

        publishing.assertExactlyPublished(staged);
        assertThat(registry.live().orElseThrow().getMove()).isEqualTo(1);
    }

    @Test
    void severalVersionsArePublishedInTheOrderOfTheirNumbers() throws Exception {
        StagedVersion first = publishing.stage(9);
        StagedVersion second = publishing.stage(10);
        StagedVersion laterAndNotYetComplete = publishing.stage(11);

        publishing.commit(second, first);

        assertThat(registry.versions()).containsExactly(9L, 10L);
        assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(10);
        // Twice, once for each: had 10 come first, 9 would not have moved it.
        assertThat(registry.live().orElseThrow().getMove()).isEqualTo(2);
        assertThat(publishing.names(".staging"))
                .containsExactly(new Path(laterAndNotYetComplete.getStaged()).getName());
    }

    @Test
    void anOldVersionThatIsCommittedAgainDoesNotBringItBack() throws Exception {
        StagedVersion first = publishing.stage(1);
        publishing.commit(first);
        publishing.commit(publishing.stage(2));

        publishing.commit(first);

        assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(2);
    }

    @Test
    void whatCannotBePublishedFailsTheCommitAndIsNotSeen() throws Exception {
        StagedVersion staged = publishing.stage(1);
        publishing.hdfs.delete(new Path(staged.getStaged(), ModelStore.TRAINING), false);

        assertThatThrownBy(() -> publishing.commit(staged))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("training.pb is missing");
        assertThat(registry.versions()).isEmpty();
        assertThat(registry.live()).isEmpty();
    }

    /** Such as one that was made anew after a savepoint, from which a job is started later. No restart would help. */
    @Test
    void anotherVersionOfTheSameNumberIsNotOverwritten() throws Exception {
        StagedVersion ours = publishing.stage(1);
        publishing.commit(ours);
        VersionDraft other = publishing.draft(1).toBuilder()
                .setNetwork(TestModels.network(2))
                .build();
        StagedVersion theirs = publishing.stage(other);

        assertThatThrownBy(() -> publishing.commit(theirs))
                .isInstanceOf(SuppressRestartsException.class)
                .rootCause()
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("--from-version 1");
        assertThat(store.read(1, ours.getVersion().getOnnx())).isNotEmpty();
    }

    @Test
    void filesThatAFencedJobLeftUnderTheNumberMakeRoom() throws Exception {
        VersionDraft other = publishing.draft(1).toBuilder()
                .setNetwork(TestModels.network(2))
                .build();
        StagedVersion theirs = publishing.stage(other);
        store.publish(theirs.getStaged(), 1, List.of(theirs.getVersion().getOnnx()));
        StagedVersion ours = publishing.stage(1);

        publishing.commit(ours);

        assertThat(registry.version(1).map(Publishing::asStaged)).contains(ours.getVersion());
        assertThat(store.read(1, ours.getVersion().getOnnx())).isNotEmpty();
        assertThat(publishing.names(".unregistered")).hasSize(1);
    }

    @Test
    void countsEachVersionOnceAndTellsHowLongItTook() throws Exception {
        StagedVersion staged = publishing.stage(1);
        try (Committer<StagedVersion> committer = publishing.committer(publishing.sink(), Publishing.JOB)) {
            Publishing.commit(committer, staged);
            Publishing.commit(committer, staged);
            Publishing.commit(committer, publishing.stage(2));
        }

        assertThat(((Counter) publishing.metrics.get("versionsPublished")).getCount())
                .isEqualTo(2);
        Histogram histogram = (Histogram) publishing.metrics.get("checkpointToPublishMillis");
        assertThat(histogram.getCount()).isEqualTo(2);
        // They were cut one second after the epoch.
        assertThat(histogram.getStatistics().getMin())
                .isBetween(System.currentTimeMillis() - 3_600_000, System.currentTimeMillis() - 1_000);
    }

    @Test
    void theSameVersionMadeAgainHasTheSameBytes() throws Exception {
        assertThat(publishing.stage(1).getVersion())
                .isEqualTo(publishing.stage(1).getVersion());
    }
}
