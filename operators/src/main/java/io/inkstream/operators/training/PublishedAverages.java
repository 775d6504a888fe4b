package io.inkstream.operators.training;

import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the newest published version beside a trainer's thread, for it to continue from.
 *
 * <p>A level, not an edge: versions in quick succession may be seen as one, and while ZooKeeper or HDFS is away training
 * goes on without.
 */
final class PublishedAverages implements AutoCloseable {

    /** A version with what training goes on from. */
    record Published(ModelVersion version, NetworkState network) {}

    private static final Logger LOG = LoggerFactory.getLogger(PublishedAverages.class);
    private static final long LOOK_EVERY_MS = 250;

    private final ModelRegistry registry;
    private final ModelStore store;
    private final AtomicReference<Published> fetched = new AtomicReference<>();
    private final ScheduledExecutorService thread = DaemonThread.named("published averages");
    private long newest;

    private PublishedAverages(ModelRegistry registry, ModelStore store) {
        this.registry = registry;
        this.store = store;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in look
    static PublishedAverages watch(TrainingPlan plan) throws IOException {
        ModelStore store = ModelStore.open(plan.root(), plan.model());
        PublishedAverages averages = new PublishedAverages(plan.openRegistry(), store);
        averages.thread.scheduleWithFixedDelay(averages::look, 0, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
        return averages;
    }

    private void look() {
        try {
            long number = registry.newest().orElse(0);
            if (number > newest) {
                Optional<ModelVersion> version = registry.version(number);
                if (version.isPresent()) {
                    byte[] training = store.read(number, version.get().getTraining());
                    fetched.set(new Published(version.get(), NetworkState.parseFrom(training)));
                    newest = number;
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("cannot fetch the newest version; the trainer goes on without, and it is tried again", e);
        }
    }

    /** What was fetched since the last call, if anything. */
    Optional<Published> take() {
        return Optional.ofNullable(fetched.getAndSet(null));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        registry.close();
    }
}
