package io.inkstream.operators.live;

import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.cache.ModelFiles;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryView;
import io.inkstream.models.registry.RegistryWatch;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, in a thread of its own, for a live version whose file this host can read: from HDFS, or from its cache. Where the
 * registry names none, or does not answer, the one that was live when this host last knew will do.
 *
 * <p>That the registry names one is not enough: scorers could not load it while HDFS is away, and an image that reaches
 * them holds up checkpoints. The file that is read here is in the cache when the scorers look for it. Nor will
 * an older one do where the registry names one that is damaged: a source that has seen that waits for it in its scorer,
 * which meanwhile would hear of no other version that somebody might promote.
 */
final class FirstModel implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FirstModel.class);
    private static final long PERIOD_MS = 500;

    private final ModelFiles files;
    private final Runnable whenThere;
    private final ModelRegistry registry;
    private final ScheduledExecutorService thread = DaemonThread.named("inkstream-first-model");
    private volatile RegistryView heard;
    private RegistryWatch watch;
    private boolean complained;

    private FirstModel(ModelSite site, Runnable whenThere) {
        this.files = site.files();
        this.whenThere = whenThere;
        this.registry = ModelRegistry.open(site.zookeeper(), site.model());
    }

    /** @param whenThere called at least once, from another thread */
    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in look
    static FirstModel await(ModelSite site, Runnable whenThere) {
        FirstModel first = new FirstModel(site, whenThere);
        first.watch = first.registry.watch(first::hear);
        first.thread.scheduleWithFixedDelay(first::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
        return first;
    }

    private void hear(RegistryView view) {
        heard = view;
        try {
            thread.execute(this::look);
        } catch (RejectedExecutionException e) {
            LOG.debug("news after the wait was over", e);
        }
    }

    private void look() {
        try {
            RegistryView view = heard;
            if (view == null && watch.age().compareTo(Grace.PERIOD) <= 0) {
                return;
            }
            // Where nothing is live any more, the registry was lost: what this host knows is as good as when nobody
            // answers.
            Optional<LiveVersion> live = view == null ? Optional.empty() : view.live();
            if (live.isPresent() ? canRead(live.get()) : canReadLast()) {
                whenThere.run();
            }
        } catch (RuntimeException e) {
            complain("cannot tell whether there is a model", e);
        }
    }

    private boolean canReadLast() {
        return files.lastLive().filter(this::canRead).isPresent();
    }

    private boolean canRead(LiveVersion live) {
        ModelVersion version = live.getVersion();
        try {
            files.read(version.getVersion(), version.getOnnx(), OnnxScorer.MAX_BYTES);
            return true;
        } catch (IOException e) {
            complain("cannot read version %d".formatted(version.getVersion()), e);
            return false;
        }
    }

    private void complain(String what, Exception why) {
        if (!complained && !thread.isShutdown()) {
            LOG.warn("{}: images wait in their topic, trying again", what, why);
        }
        complained = true;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        watch.close();
        registry.close();
    }
}
