package io.inkstream.operators.publishing;

import io.inkstream.models.registry.FencedException;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.TrainerLease;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionDraft;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Publishes versions in two phases.
 *
 * <pre>
 *            before the barrier              the checkpoint is complete
 *   draft ──▶ VersionWriter: ONNX and  ──▶ VersionCommitter: rename into place,
 *             training state, staged        register, judge, propose,
 *             in HDFS                       delete old versions
 * </pre>
 *
 * <p>Runs with parallelism 1 only: versions are published in the order of their numbers, by the one job that holds the
 * model's {@link TrainerLease}. A job that is refused it, or loses it, ends and does not restart.
 */
public final class VersionSink implements Sink<VersionDraft>, SupportsCommitter<StagedVersion> {

    private static final long serialVersionUID = 1L;

    private final String root;
    private final ZooKeeperAccess zookeeper;
    private final String model;
    private final int keep;
    private final Gate gate;
    private final Duration patience;

    /**
     * Makes a sink that keeps all versions, and lets all go live.
     *
     * @param root the URI under which Inkstream keeps its files, such as {@code hdfs://namenode:8020/inkstream}
     * @param zookeeper where the registry is
     */
    public VersionSink(String root, ZooKeeperAccess zookeeper, String model) {
        this(root, zookeeper, model, 0, new Gate(Gate.Policy.ALWAYS, 0), TrainerLease.PATIENCE);
    }

    private VersionSink(String root, ZooKeeperAccess zookeeper, String model, int keep, Gate gate, Duration patience) {
        if (keep < 0) {
            throw new IllegalArgumentException("cannot keep %d versions: 0 keeps all".formatted(keep));
        }
        this.root = root;
        this.zookeeper = zookeeper;
        this.model = model;
        this.keep = keep;
        this.gate = gate;
        this.patience = patience;
    }

    /** Where savepoints of a training job belong: {@link #withKeep} keeps the versions of those there, and sees no others. */
    public static String savepoints(String root, String model) {
        return "%s/savepoints/%s/training".formatted(root, model);
    }

    /**
     * Deletes versions older than the newest {@code versions}, unless they are live or belong to a retained checkpoint or savepoint.
     *
     * @param versions 0 keeps all
     */
    public VersionSink withKeep(int versions) {
        return new VersionSink(root, zookeeper, model, versions, gate, patience);
    }

    /** Decides so which versions go live. */
    public VersionSink withGate(Gate decides) {
        return new VersionSink(root, zookeeper, model, keep, decides, patience);
    }

    /** Waits so long for another job to let go of the model. */
    VersionSink withPatience(Duration time) {
        return new VersionSink(root, zookeeper, model, keep, gate, time);
    }

    @Override
    public CommittingSinkWriter<VersionDraft, StagedVersion> createWriter(WriterInitContext context)
            throws IOException {
        return new VersionWriter(root, model);
    }

    @Override
    public Committer<StagedVersion> createCommitter(CommitterInitContext context) throws IOException {
        requireOneCommitter(context.getTaskInfo().getNumberOfParallelSubtasks());
        ModelStore store = ModelStore.open(root, model);
        RetainedCheckpoints checkpoints = new RetainedCheckpoints(root, model);
        RetainedSavepoints savepoints = new RetainedSavepoints(root, model);
        TrainerLease lease = acquire(context.getJobInfo().getJobId().toHexString());
        ModelRegistry registry = ModelRegistry.open(zookeeper, model);
        Retention retention = new Retention(keep, store, registry, lease, List.of(checkpoints::need, savepoints::need));
        return new VersionCommitter(
                store, registry, lease, gate, retention, new PublishingMetrics(context.metricGroup()));
    }

    private static void requireOneCommitter(int committers) {
        if (committers != 1) {
            throw new SuppressRestartsException(new IllegalArgumentException(
                    "the version sink has parallelism %d: set it to 1, versions are published one after the other"
                            .formatted(committers)));
        }
    }

    private TrainerLease acquire(String jobId) {
        try {
            return TrainerLease.acquire(zookeeper, model, jobId, patience);
        } catch (FencedException e) {
            // A restart would meet the same job again.
            throw new SuppressRestartsException(e);
        }
    }

    @Override
    public SimpleVersionedSerializer<StagedVersion> getCommittableSerializer() {
        return new StagedVersionSerializer();
    }
}
