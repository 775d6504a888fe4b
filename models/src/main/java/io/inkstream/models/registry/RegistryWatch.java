package io.inkstream.models.registry;

import io.inkstream.models.background.DaemonThread;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.curator.framework.api.CuratorWatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a listener up to date with what is live and what is to be.
 *
 * <p>Both are levels, not edges: a watch event only says that it is time to read, and they are read once a second in any
 * case, so that a missed event or a lost session delays the news but never loses it.
 */
public final class RegistryWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryWatch.class);
    private static final long PERIOD_MS = 1_000;

    private final Znodes znodes;
    private final Consumer<RegistryView> listener;
    private final Predecessor predecessor;
    private final CuratorWatcher onEvent = event -> readSoon();
    private final ScheduledExecutorService thread = DaemonThread.named("inkstream-registry-watch");
    private volatile long lastRead = System.nanoTime();
    private Optional<RegistryView> told = Optional.empty();
    private boolean failing;

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in readAndTell
    RegistryWatch(Znodes znodes, Consumer<RegistryView> listener) {
        this.znodes = znodes;
        this.listener = listener;
        this.predecessor = new Predecessor(znodes);
        thread.scheduleWithFixedDelay(this::readAndTell, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void readSoon() {
        try {
            thread.execute(this::readAndTell);
        } catch (RejectedExecutionException e) {
            LOG.debug("an event after the watch was closed", e);
        }
    }

    private void readAndTell() {
        try {
            watch(znodes.live());
            watch(znodes.candidate());
            RegistryView view = predecessor.complete(RegistryView.read(znodes));
            lastRead = System.nanoTime();
            if (!told.equals(Optional.of(view))) {
                listener.accept(view);
                told = Optional.of(view);
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing && !thread.isShutdown()) {
                LOG.warn("cannot read {} or tell of it; what is known stays in use, trying again", znodes.live(), e);
            }
            failing = true;
        }
    }

    private void watch(String path) {
        znodes.attempt(
                "watch " + path,
                () -> Optional.ofNullable(
                        znodes.curator().checkExists().usingWatcher(onEvent).forPath(path)));
    }

    /** The time since ZooKeeper was last read, or, before a first time, since the watch was opened. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - lastRead);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
