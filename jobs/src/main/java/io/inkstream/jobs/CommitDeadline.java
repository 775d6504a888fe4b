package io.inkstream.jobs;

import java.time.Duration;
import java.util.TreeMap;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Stands before an exactly-once sink and restarts the job while Kafka still has all transactions that a checkpoint could
 * commit.
 *
 * <p>While checkpoints fail, as they do when HDFS is away, the transactions of each stay open for a later one to commit.
 * Kafka aborts them after their timeout; the sink would only log that and go on, with offsets that say the records were
 * written. So a checkpoint does not begin where the oldest of them is older than half the timeout. The job goes back to the
 * last complete checkpoint instead, from which everything since is written once more. With checkpoints that take less than
 * the other half, none is committed too late.
 */
final class CommitDeadline<T> extends ProcessFunction<T, T> implements CheckpointedFunction, CheckpointListener {

    private static final long serialVersionUID = 1L;

    private final Duration transactionTimeout;

    /** By checkpoint, when the first record of its transaction came, on {@link System#nanoTime}'s clock. */
    private transient TreeMap<Long, Long> uncommitted;

    private transient boolean open;
    private transient long opened;

    CommitDeadline(Duration transactionTimeout) {
        this.transactionTimeout = transactionTimeout;
    }

    /**
     * Has records go through a deadline where they are written in transactions.
     *
     * @param sink the uid of the sink that follows
     */
    static <T> DataStream<T> before(String sink, DataStream<T> records, Delivery delivery) {
        return delivery.isTransactional()
                ? records.process(new CommitDeadline<T>(delivery.transactionTimeout()), records.getType())
                        .name("commit deadline")
                        .uid(Uids.deadline(sink))
                : records;
    }

    /** How long a checkpoint may take, so that it commits in time what was young enough when it began. */
    static Duration longestCheckpoint(Duration transactionTimeout) {
        // A tenth is left for the commit itself.
        return transactionTimeout.multipliedBy(4).dividedBy(10);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        uncommitted = new TreeMap<>();
    }

    @Override
    public void processElement(T record, Context context, Collector<T> out) {
        if (!open) {
            open = true;
            opened = System.nanoTime();
        }
        out.collect(record);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        if (open) {
            uncommitted.put(context.getCheckpointId(), opened);
            open = false;
        }
        if (!uncommitted.isEmpty()) {
            requireYoung(System.nanoTime() - uncommitted.firstEntry().getValue());
        }
    }

    private void requireYoung(long ageNanos) {
        Duration age = Duration.ofNanos(ageNanos);
        if (age.compareTo(transactionTimeout.dividedBy(2)) > 0) {
            throw new IllegalStateException(
                    ("no checkpoint has completed for %d s, and Kafka aborts what is not committed after %d s: the job"
                                    + " goes back to its last checkpoint, from which nothing is lost. Look for why checkpoints"
                                    + " fail; is HDFS away?")
                            .formatted(age.toSeconds(), transactionTimeout.toSeconds()));
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        uncommitted.headMap(checkpointId, true).clear();
    }
}
