package io.inkstream.gateway;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.TrainingBatches;
import io.inkstream.schemas.v1.BatchState;
import io.inkstream.schemas.v1.TrainingBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all batches again and again: sends those that nobody sends, a few at once, and notes for those that are sent in
 * which version they were trained. Whatever a gateway leaves behind, the next look of any gateway finds.
 */
final class BatchWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWork.class);
    private static final long PERIOD_MS = 500;
    private static final long AGAIN_AFTER = TimeUnit.SECONDS.toNanos(5);
    private static final int AT_ONCE = 2;
    private static final long CLOSE_PATIENCE_SECONDS = 10;

    private final TrainingBatches batches;
    private final TrainedVersions versions;
    private final BatchSender sender;
    private final Consumer<TrainingBatch> listener;
    private final ScheduledExecutorService looker = DaemonThread.named("inkstream-gateway-batches");
    private final ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> tryAgain = new ConcurrentHashMap<>();
    private final Set<String> settled = ConcurrentHashMap.newKeySet();
    private final Map<String, TrainingBatch> told = new HashMap<>();
    private boolean failing;

    /** @param listener hears of every change of a batch */
    BatchWork(TrainingBatches batches, TrainedVersions versions, BatchSender sender, Consumer<TrainingBatch> listener) {
        this.batches = batches;
        this.versions = versions;
        this.sender = sender;
        this.listener = listener;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in look
    void start() {
        looker.scheduleWithFixedDelay(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /** Whether a batch has ended, as far as was seen. */
    boolean isSettled(String id) {
        return settled.contains(id);
    }

    /** Does not wait for the next look. */
    void lookSoon() {
        try {
            looker.execute(this::look);
        } catch (RejectedExecutionException e) {
            LOG.debug("a batch came while the gateway was closed: another one finds it", e);
        }
    }

    private void look() {
        try {
            versions.look();
            Set<String> there = new HashSet<>(batches.ids());
            settled.retainAll(there);
            told.keySet().retainAll(there);
            for (String id : there) {
                if (!settled.contains(id)) {
                    batches.read(id).ifPresent(this::look);
                }
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing && !looker.isShutdown()) {
                LOG.warn("cannot look at the batches; trying again", e);
            }
            failing = true;
        }
    }

    private void look(TrainingBatch batch) {
        TrainingBatch now = batch;
        if (TrainingBatches.isToBeSent(batch)) {
            send(batch.getId());
        } else if (batch.getProduced() > 0 && batch.getTrainedIn() == 0) {
            now = findVersion(batch);
        }
        boolean waitsForVersion = now.getProduced() > 0 && now.getTrainedIn() == 0;
        if (TrainingBatches.hasEnded(now) && (now.getState() == BatchState.BATCH_FAILED || !waitsForVersion)) {
            settled.add(now.getId());
        }
        if (!now.equals(told.put(now.getId(), now))) {
            listener.accept(now);
        }
    }

    private TrainingBatch findVersion(TrainingBatch batch) {
        Optional<TrainedVersions.Found> found = versions.of(batch);
        if (found.isEmpty()) {
            return batch;
        }
        return batches.update(batch.getId(), now -> trained(now, found.get())).orElse(batch);
    }

    private static TrainingBatch trained(TrainingBatch batch, TrainedVersions.Found found) {
        TrainingBatch.Builder trained = batch.toBuilder()
                .setTrainedIn(found.version())
                .setOrEarlier(found.orEarlier())
                .setProgress(Timestamps.now());
        if (batch.getState() == BatchState.BATCH_PRODUCED) {
            trained.setState(BatchState.BATCH_TRAINED);
        }
        return trained.build();
    }

    private void send(String id) {
        Long failedAt = tryAgain.get(id);
        boolean waits = failedAt != null && System.nanoTime() - failedAt < AGAIN_AFTER;
        if (!waits && running.size() < AT_ONCE && running.add(id)) {
            senders.execute(() -> {
                boolean owned = false;
                try {
                    owned = sendOwned(id);
                } finally {
                    running.remove(id);
                }
                if (owned) {
                    lookSoon();
                }
            });
        }
    }

    /** Returns whether it was this gateway's to send; another's is asked for again with the next regular look. */
    private boolean sendOwned(String id) {
        try {
            Optional<TrainingBatches.Ownership> owned = batches.own(id);
            if (owned.isEmpty()) {
                return false;
            }
            try (TrainingBatches.Ownership ownership = owned.get()) {
                // Read again: another gateway may have ended it before this one had it.
                Optional<TrainingBatch> batch = batches.read(ownership.id()).filter(TrainingBatches::isToBeSent);
                if (batch.isPresent() && !sender.send(batch.get())) {
                    tryAgain.put(id, System.nanoTime());
                } else {
                    tryAgain.remove(id);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RegistryException e) {
            tryAgain.put(id, System.nanoTime());
            LOG.warn("the batch {} waits for ZooKeeper", id, e);
        } catch (RuntimeException e) {
            tryAgain.put(id, System.nanoTime());
            LOG.error("the batch {} was not sent, which should not happen; trying again", id, e);
        }
        return true;
    }

    @Override
    public void close() {
        looker.shutdownNow();
        sender.stop();
        senders.shutdown();
        try {
            if (!senders.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a batch did not stop within {} s; another gateway goes on with it", CLOSE_PATIENCE_SECONDS);
                senders.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
