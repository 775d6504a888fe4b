package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.registry.TrainerLease;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.StagedVersion;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class RetentionIT {
    private Publishing publishing;

    @BeforeEach
    void open(Sandbox sandbox) throws IOException {
        publishing = new Publishing(sandbox);
    }

    @AfterEach
    void close() throws IOException {
        publishing.close();
    }

    @Test
    void usageExample() throws Exception {
        VersionSink sink = publishing.sink().withKeep(2);
        publish(sink, 1, 2, 3, 4);

        assertVersions(3, 4);
        assertThat(publishing.registry.newest()).hasValue(4);
    }

    @Test
    void unlessToldSoItDeletesNothing() throws Exception {
        publish(publishing.sink(), 1, 2, 3, 4);

        assertVersions(1, 2, 3, 4);
        assertThatThrownBy(() -> publishing.sink().withKeep(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVersionOfARetainedCheckpointStaysUntilTheCheckpointIsGone() throws Exception {
        Path checkpoint = new Path("%s/checkpoints/%s/training/%s/chk-2"
                .formatted(publishing.root, publishing.model, Publishing.JOB.toHexString()));
        publishing.hdfs.create(new Path(checkpoint, "_metadata")).close();
        // Never completed.
        publishing.hdfs.mkdirs(new Path(checkpoint.getParent(), "chk-1"));
        VersionSink sink = publishing.sink().withKeep(1);
        publish(sink, 1, 2, 3, 4);

        assertVersions(2, 3, 4);

        publishing.hdfs.delete(checkpoint, true);
        publish(sink, 5);
        assertVersions(4, 5);
    }

    @Test
    void aVersionOfASavepointStaysUntilTheSavepointIsGone() throws Exception {
        Path folder = new Path("%s/savepoints/%s/training".formatted(publishing.root, publishing.model));
        Path savepoint = new Path(
                folder,
                "savepoint-%s-0123456789ab"
                        .formatted(Publishing.JOB.toHexString().substring(0, 6)));
        try (FSDataOutputStream metadata = publishing.hdfs.create(new Path(savepoint, "_metadata"))) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(2, List.of(), List.of()), metadata);
        }
        // Another job's.
        Path other = new Path(folder, "savepoint-ffffff-0123456789ab/_metadata");
        try (FSDataOutputStream metadata = publishing.hdfs.create(other)) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(3, List.of(), List.of()), metadata);
        }
        VersionSink sink = publishing.sink().withKeep(1);
        publish(sink, 1, 2, 3, 4);

        assertVersions(2, 3, 4);

        publishing.hdfs.delete(savepoint, true);
        publish(sink, 5);
        assertVersions(4, 5);
    }

    @Test
    void theLiveVersionAndWhatIsNeededStay() throws Exception {
        publish(publishing.sink(), 1);
        for (long number = 2; number <= 5; number++) {
            register(number);
        }
        assertThat(publishing.registry.live().orElseThrow().getVersion()).isEqualTo(1);

        try (TrainerLease lease = publishing.lease(Publishing.JOB)) {
            retention(lease, version -> version.getVersion() == 3).run();
        }

        assertVersions(1, 3, 5);
    }

    @Test
    void filesWhoseMetadataIsGoneAfterACrashGoWithTheNextRun() throws Exception {
        publish(publishing.sink(), 1, 2, 3);
        try (TrainerLease lease = publishing.lease(Publishing.JOB)) {
            lease.deleteUnlessLive(1);
        }
        assertThat(publishing.store.versions()).containsExactly(1L, 2L, 3L);

        publish(publishing.sink().withKeep(3), 4);

        assertVersions(2, 3, 4);
    }

    @Test
    void filesOfARegistryThatIsLostStay(Sandbox sandbox) throws Exception {
        publish(publishing.sink(), 1, 2, 3);
        wipe(sandbox.zookeeper());
        VersionSink sink = publishing.sink().withKeep(1);
        publish(sink, 4, 5, 6);

        assertThat(publishing.registry.first()).isEqualTo(4);
        assertThat(publishing.registry.newest()).hasValue(6);
        assertThat(publishing.registry.versions()).doesNotContain(4L);
        assertThat(publishing.store.versions()).startsWith(1L, 2L, 3L).doesNotContain(4L);
    }

    private void wipe(String zookeeper) throws Exception {
        try (CuratorFramework client = CuratorFrameworkFactory.newClient(zookeeper, new RetryOneTime(100))) {
            client.start();
            client.delete().deletingChildrenIfNeeded().forPath("/inkstream/" + publishing.model);
        }
    }

    @Test
    void anOldSavepointIsRestoredThoughItsVersionIsDeleted() throws Exception {
        StagedVersion first = publishing.stage(1);
        VersionSink sink = publishing.sink().withKeep(1);
        publishing.commit(sink, first);
        publish(sink, 2, 3);
        assertVersions(2, 3);

        // The committer's state in the savepoint still has the first; a restart may have staged it again.
        publishing.commit(sink, first);
        publishing.commit(sink, publishing.stage(1));

        assertVersions(2, 3);
        assertThat(publishing.names(".staging")).isEmpty();
        assertThat(publishing.registry.live().orElseThrow().getVersion()).isEqualTo(3);
    }

    @Test
    void aNumberThatWasDeletedIsNotUsedAgain() throws Exception {
        VersionSink sink = publishing.sink().withKeep(1);
        publish(sink, 1, 2, 3);
        try (TrainerLease lease = publishing.lease(Publishing.JOB)) {
            retention(lease, version -> false).run();
        }

        assertThat(publishing.registry.newest()).hasValue(3);
        assertVersions(2, 3);
    }

    @Test
    void whatCannotBeDeletedDoesNotStopPublishing() throws Exception {
        publish(publishing.sink(), 1);
        register(2);
        ModelVersion fromTheFuture =
                publishing.stage(3).getVersion().toBuilder().setFormat(99).build();
        publishing.registry.register(fromTheFuture);

        VersionSink sink = publishing.sink().withKeep(1);
        publish(sink, 4);

        assertThat(publishing.registry.live().orElseThrow().getVersion()).isEqualTo(4);
        assertThat(publishing.registry.versions()).contains(3L, 4L);
    }

    private Retention retention(TrainerLease lease, Retention.Need need) {
        return new Retention(1, publishing.store, publishing.registry, lease, List.of(need));
    }

    private void publish(VersionSink sink, long... numbers) throws Exception {
        for (long number : numbers) {
            publishing.commit(sink, publishing.stage(number));
        }
    }

    /** Published, but not live. */
    private void register(long number) throws Exception {
        StagedVersion staged = publishing.stage(number);
        ModelVersion version = staged.getVersion();
        publishing.store.publish(staged.getStaged(), number, List.of(version.getOnnx(), version.getTraining()));
        publishing.registry.register(version);
    }

    private void assertVersions(long... numbers) throws IOException {
        assertThat(publishing.registry.versions())
                .containsExactlyElementsOf(Arrays.stream(numbers).boxed().toList());
        assertThat(publishing.store.versions())
                .containsExactlyElementsOf(Arrays.stream(numbers).boxed().toList());
    }
}
