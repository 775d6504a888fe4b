package io.inkstream.operators.feedback;

import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Puts what is told last of each version into the registry, whenever that answers. What it still owes is in the checkpoint:
 * a version that gets no more labels would never be told again.
 */
final class AccuracySink implements Sink<LiveEvaluation>, SupportsWriterState<LiveEvaluation, LiveEvaluation> {

    private static final long serialVersionUID = 1L;

    private final ZooKeeperAccess zookeeper;
    private final String model;

    AccuracySink(ZooKeeperAccess zookeeper, String model) {
        this.zookeeper = zookeeper;
        this.model = model;
    }

    @Override
    public StatefulSinkWriter<LiveEvaluation, LiveEvaluation> createWriter(WriterInitContext context) {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<LiveEvaluation, LiveEvaluation> restoreWriter(
            WriterInitContext context, Collection<LiveEvaluation> owed) {
        int writers = context.getTaskInfo().getNumberOfParallelSubtasks();
        if (writers != 1) {
            throw new SuppressRestartsException(new IllegalArgumentException(
                    "the registry's sink of accuracies has parallelism %d: set it to 1, or an older one may come last"
                            .formatted(writers)));
        }
        return new AccuracyWriter(AccuracyBoard.open(zookeeper, model, context.metricGroup()), owed);
    }

    @Override
    public SimpleVersionedSerializer<LiveEvaluation> getWriterStateSerializer() {
        return new EvaluationSerializer();
    }

    /** By protobuf's rules. */
    private static final class EvaluationSerializer implements SimpleVersionedSerializer<LiveEvaluation> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(LiveEvaluation evaluation) {
            return evaluation.toByteArray();
        }

        @Override
        public LiveEvaluation deserialize(int version, byte[] serialized) throws IOException {
            if (version != 1) {
                throw new IOException("an accuracy was stored as version %d, this release reads 1: upgrade Inkstream"
                        .formatted(version));
            }
            return LiveEvaluation.parseFrom(serialized);
        }
    }

    /** Hands on what it is given; the task never waits. */
    private static final class AccuracyWriter implements StatefulSinkWriter<LiveEvaluation, LiveEvaluation> {
        private final AccuracyBoard board;

        private AccuracyWriter(AccuracyBoard board, Collection<LiveEvaluation> owed) {
            this.board = board;
            owed.forEach(board::put);
        }

        @Override
        public void write(LiveEvaluation evaluation, Context context) {
            board.put(evaluation);
        }

        @Override
        public void flush(boolean endOfInput) {
            // What the registry has not got yet is in the state.
        }

        @Override
        public List<LiveEvaluation> snapshotState(long checkpointId) {
            return board.waiting();
        }

        @Override
        public void close() {
            board.close();
        }
    }
}
