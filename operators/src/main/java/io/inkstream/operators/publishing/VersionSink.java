package io.inkstream.operators.publishing;

import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionDraft;
import java.io.IOException;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Publishes versions in two phases.
 *
 * <pre>
 *            before the barrier              the checkpoint is complete
 *   draft ──▶ VersionWriter: ONNX and  ──▶ VersionCommitter: rename into place,
 *             training state, staged        register, make live
 *             in HDFS
 * </pre>
 *
 * <p>To be run with one writer and one committer: versions are published in the order of their numbers.
 */
public final class VersionSink implements Sink<VersionDraft>, SupportsCommitter<StagedVersion> {

    private static final long serialVersionUID = 1L;

    private final String root;
    private final String zookeeper;
    private final String model;

    /**
     * @param root the URI under which Inkstream keeps its files, such as {@code hdfs://namenode:8020/inkstream}
     * @param zookeeper the registry's connect string
     */
    public VersionSink(String root, String zookeeper, String model) {
        this.root = root;
        this.zookeeper = zookeeper;
        this.model = model;
    }

    @Override
    public CommittingSinkWriter<VersionDraft, StagedVersion> createWriter(WriterInitContext context)
            throws IOException {
        return new VersionWriter(root, model);
    }

    @Override
    public Committer<StagedVersion> createCommitter(CommitterInitContext context) throws IOException {
        return new VersionCommitter(root, zookeeper, model);
    }

    @Override
    public SimpleVersionedSerializer<StagedVersion> getCommittableSerializer() {
        return new StagedVersionSerializer();
    }
}
