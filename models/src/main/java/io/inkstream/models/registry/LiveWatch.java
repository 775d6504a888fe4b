package io.inkstream.models.registry;

import io.inkstream.schemas.v1.LiveVersion;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a listener up to date with the live version.
 *
 * <p>The pointer is a level, not an edge: a watch event only says that it is time to read, and it is read once a second
 * in any case, so that a missed event or a lost session delays the news but never loses it.
 */
public final class LiveWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveWatch.class);
    private static final long PERIOD_MS = 1_000;

    private final ModelRegistry registry;
    private final CuratorFramework curator;
    private final String path;
    private final Consumer<LiveVersion> listener;
    private final CuratorWatcher onEvent = event -> readSoon();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread reader = new Thread(task, "inkstream-live-watch");
        reader.setDaemon(true);
        return reader;
    });
    private long toldMove = -1;
    private boolean failing;

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in readAndTell
    LiveWatch(ModelRegistry registry, CuratorFramework curator, String path, Consumer<LiveVersion> listener) {
        this.registry = registry;
        this.curator = curator;
        this.path = path;
        this.listener = listener;
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
            curator.checkExists().usingWatcher(onEvent).forPath(path);
            Optional<LiveVersion> live = registry.liveVersion();
            if (live.isPresent() && live.get().getPointer().getMove() != toldMove) {
                listener.accept(live.get());
                toldMove = live.get().getPointer().getMove();
            }
            failing = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (!failing) {
                LOG.warn("cannot read the live version of {}; what is known stays in use, trying again", path, e);
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
