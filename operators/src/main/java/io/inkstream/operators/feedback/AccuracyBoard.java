package io.inkstream.operators.feedback;

import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the newest evaluation of each version into the registry, in a thread of its own, as soon as ZooKeeper answers. */
final class AccuracyBoard implements AutoCloseable {

    /** Some 600 bytes each. Of more, those of the oldest versions are dropped: nobody waits for them. */
    static final int LIMIT = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(AccuracyBoard.class);
    private static final long PERIOD_MS = 500;

    private final TreeMap<Long, LiveEvaluation> waiting = new TreeMap<>();
    private final ModelRegistry registry;
    private final Counter written;
    private final Counter dropped;
    private final ScheduledExecutorService thread = DaemonThread.named("inkstream-accuracies");
    private boolean failing;

    private AccuracyBoard(ModelRegistry registry, MetricGroup metrics) {
        this.registry = registry;
        this.written = metrics.counter("accuraciesWritten");
        this.dropped = metrics.counter("accuraciesDropped");
        metrics.gauge("accuraciesWaiting", () -> waiting().size());
    }

    /** Does not wait for ZooKeeper. */
    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in write
    static AccuracyBoard open(ZooKeeperAccess zookeeper, String model, MetricGroup metrics) {
        AccuracyBoard board = new AccuracyBoard(ModelRegistry.open(zookeeper, model), metrics);
        board.thread.scheduleWithFixedDelay(board::write, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
        return board;
    }

    synchronized void put(LiveEvaluation evaluation) {
        waiting.put(evaluation.getVersion(), evaluation);
        if (waiting.size() > LIMIT) {
            waiting.pollFirstEntry();
            dropped.inc();
        }
    }

    /** What the registry has not got yet, ascending by version. */
    synchronized List<LiveEvaluation> waiting() {
        return List.copyOf(waiting.values());
    }

    private void write() {
        try {
            for (LiveEvaluation evaluation : waiting()) {
                if (registry.recordAccuracy(evaluation)) {
                    written.inc();
                }
                done(evaluation);
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing && !thread.isShutdown()) {
                LOG.warn("cannot write accuracies into the registry; the newest of each version wait, trying again", e);
            }
            failing = true;
        }
    }

    /** A newer one may have come meanwhile, and stays. */
    private synchronized void done(LiveEvaluation evaluation) {
        waiting.remove(evaluation.getVersion(), evaluation);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        registry.close();
    }
}
