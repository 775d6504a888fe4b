package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.TrainerLease;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.TestModels;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionDraft;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.JobInfoImpl;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.apache.flink.metrics.groups.SinkCommitterMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkCommitterMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A model of a test's own, with all that publishes versions of it and looks at what was published. */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class Publishing implements AutoCloseable {

    static final NetworkState NETWORK = TestModels.network(1);

    static final byte[] PROBE = TestModels.probe(1);

    /** The training job, unless another is named. */
    static final JobID JOB = new JobID(10, 10);

    static final JobID OTHER_JOB = new JobID(11, 11);

    final String zookeeper;
    final String root;
    final String model;
    final ModelRegistry registry;
    final ModelStore store;
    final FileSystem hdfs;
    final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();

    Publishing(Sandbox sandbox) throws IOException {
        zookeeper = sandbox.zookeeper();
        root = sandbox.hdfs() + "/" + sandbox.uniqueName("sink");
        model = sandbox.uniqueName("digits");
        registry = ModelRegistry.open(zookeeper, model);
        store = ModelStore.open(root, model);
        hdfs = FileSystem.newInstance(URI.create(sandbox.hdfs()), new Configuration());
    }

    /** Keeps all versions, and waits for no other job. */
    VersionSink sink() {
        return new VersionSink(root, ZooKeeperAccess.open(zookeeper), model).withPatience(Duration.ZERO);
    }

    TrainerLease lease(JobID job) {
        return TrainerLease.acquire(ZooKeeperAccess.open(zookeeper), model, job.toHexString(), Duration.ZERO);
    }

    Committer<StagedVersion> committer(VersionSink sink, JobID job) throws IOException {
        return committer(sink, job, 1);
    }

    Committer<StagedVersion> committer(VersionSink sink, JobID job, int committers) throws IOException {
        return sink.createCommitter(new Context(
                new JobInfoImpl(job, "training"),
                new TaskInfoImpl("committer", committers, 0, committers, 0),
                InternalSinkCommitterMetricGroup.wrap(metrics)));
    }

    void commit(StagedVersion... staged) throws Exception {
        commit(sink(), staged);
    }

    /** As after a restart: with a committer of its own. */
    void commit(VersionSink sink, StagedVersion... staged) throws Exception {
        try (Committer<StagedVersion> committer = committer(sink, JOB)) {
            commit(committer, staged);
        }
    }

    static void commit(Committer<StagedVersion> committer, StagedVersion... staged) throws Exception {
        committer.commit(Arrays.stream(staged)
                .<Committer.CommitRequest<StagedVersion>>map(MockCommitRequest::new)
                .toList());
    }

    StagedVersion stage(long number) throws Exception {
        return stage(draft(number));
    }

    StagedVersion stage(VersionDraft draft) throws Exception {
        VersionSink sink = sink();
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

    /** Cut at the checkpoint of the same number. */
    VersionDraft draft(long number) {
        return VersionDraft.newBuilder()
                .setNetwork(NETWORK)
                .setProbe(ByteString.copyFrom(PROBE))
                .setVersion(ModelVersion.newBuilder()
                        .setFormat(ModelRegistry.FORMAT)
                        .setModel(model)
                        .setVersion(number)
                        .setCreated(Timestamps.fromMillis(1_000))
                        .setState(VersionState.PUBLISHED)
                        .setLineage(
                                Lineage.newBuilder().setJobId(JOB.toHexString()).setCheckpointId(number)))
                .build();
    }

    /** One version and nothing else, complete, with nothing left in the staging folder. */
    void assertExactlyPublished(StagedVersion staged) throws IOException {
        ModelVersion version = staged.getVersion();
        assertThat(registry.versions()).containsExactly(version.getVersion());
        assertThat(registry.version(version.getVersion()).map(Publishing::asStaged))
                .contains(version);
        assertThat(registry.newest()).hasValue(version.getVersion());
        assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(version.getVersion());
        assertThat(names("")).containsExactlyInAnyOrder(".staging", Long.toString(version.getVersion()));
        assertThat(names(".staging")).isEmpty();
        assertThat(names(Long.toString(version.getVersion())))
                .containsExactlyInAnyOrder(ModelStore.ONNX, ModelStore.TRAINING, Probe.NAME);
        // Reading compares sizes and hashes.
        store.read(version.getVersion(), version.getOnnx());
        store.read(version.getVersion(), version.getTraining());
        store.read(version.getVersion(), version.getProbe());
    }

    /** A registered version without what has become of it since. */
    static ModelVersion asStaged(ModelVersion registered) {
        return registered.toBuilder()
                .setState(VersionState.PUBLISHED)
                .clearReason()
                .clearAttempts()
                .build();
    }

    void assertNothingPublished() throws IOException {
        assertThat(registry.versions()).isEmpty();
        assertThat(registry.live()).isEmpty();
        assertThat(store.versions()).isEmpty();
    }

    List<String> names(String in) throws IOException {
        Path folder = new Path(root + "/models/" + model);
        return Arrays.stream(hdfs.listStatus(in.isEmpty() ? folder : new Path(folder, in)))
                .map(status -> status.getPath().getName())
                .toList();
    }

    @Override
    public void close() throws IOException {
        registry.close();
        hdfs.close();
    }

    private record Context(JobInfo job, TaskInfo task, SinkCommitterMetricGroup metrics)
            implements CommitterInitContext {
        @Override
        public SinkCommitterMetricGroup metricGroup() {
            return metrics;
        }

        @Override
        public OptionalLong getRestoredCheckpointId() {
            return OptionalLong.empty();
        }

        @Override
        public JobInfo getJobInfo() {
            return job;
        }

        @Override
        public TaskInfo getTaskInfo() {
            return task;
        }
    }
}
