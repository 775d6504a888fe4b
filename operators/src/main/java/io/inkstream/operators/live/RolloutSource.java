package io.inkstream.operators.live;

import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.RolloutView;
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
 * Emits what is live of a model and what is to be, at the start and whenever that changes, and moves live once all scorers
 * have loaded what is to be.
 *
 * <p>To be run with parallelism 1 and broadcast. It keeps no state: after a restore it emits what stands then. Where
 * ZooKeeper does not answer at the start, it emits what was live when this host last knew.
 */
public final class RolloutSource implements Source<RolloutView, NoSplit, Void>, ResultTypeQueryable<RolloutView> {

    private static final long serialVersionUID = 1L;

    private final ModelSite site;

    public RolloutSource(ModelSite site) {
        this.site = site;
    }

    @Override
    public SourceReader<RolloutView, NoSplit> createReader(SourceReaderContext context) {
        return new RolloutReader(site, context.metricGroup());
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
    public TypeInformation<RolloutView> getProducedType() {
        return ProtobufTypeInfo.forMessage(RolloutView.class);
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
