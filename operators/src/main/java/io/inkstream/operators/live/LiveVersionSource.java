package io.inkstream.operators.live;

import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.LiveVersion;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Emits the live version of a model, at the start and whenever another becomes live.
 *
 * <p>To be run with parallelism 1 and broadcast. It keeps no state: after a restore it emits what is live then.
 */
public final class LiveVersionSource implements Source<LiveVersion, NoSplit, Void>, ResultTypeQueryable<LiveVersion> {

    private static final long serialVersionUID = 1L;

    private final String zookeeper;
    private final String model;

    /** @param zookeeper the registry's connect string */
    public LiveVersionSource(String zookeeper, String model) {
        this.zookeeper = zookeeper;
        this.model = model;
    }

    @Override
    public SourceReader<LiveVersion, NoSplit> createReader(SourceReaderContext context) {
        return new LiveVersionReader(zookeeper, model);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<NoSplit, Void> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new NoEnumeration();
    }

    @Override
    public SplitEnumerator<NoSplit, Void> restoreEnumerator(SplitEnumeratorContext<NoSplit> context, Void nothing) {
        return new NoEnumeration();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return NoSplit.serializer();
    }

    @Override
    public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
        return NoSplit.serializer();
    }

    @Override
    public TypeInformation<LiveVersion> getProducedType() {
        return ProtobufTypeInfo.forMessage(LiveVersion.class);
    }

    /** Hands out nothing: the reader knows what to read. */
    private static final class NoEnumeration implements SplitEnumerator<NoSplit, Void> {
        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtask, String host) {}

        @Override
        public void addSplitsBack(List<NoSplit> splits, int subtask) {}

        @Override
        public void addReader(int subtask) {}

        @Override
        public Void snapshotState(long checkpointId) {
            return null;
        }

        @Override
        public void close() {}
    }
}
