package io.inkstream.operators.scoring;

import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.cache.ModelFiles;
import io.inkstream.models.cache.Moves;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.StoreException;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads and checks versions beside the task, which goes on scoring with the one it has.
 *
 * <p>A live version that cannot be loaded is tried again until another is live, for which the registry is asked, too; as long
 * as nothing was ever loaded, what was live when this host last knew takes its place. A candidate that is not what was published, or cannot be served, is refused;
 * where only HDFS does not answer, it is tried again until it is no candidate any more.
 */
final class ModelLoader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);
    private static final long RETRY_MS = 1_000;
    private static final long CLOSE_LIMIT_MS = 1_000;

    private final ModelSite site;
    private final ModelFiles files;
    private final Consumer<Loading> listener;
    private final AtomicLong failures = new AtomicLong();
    private final ScheduledExecutorService thread = DaemonThread.named("inkstream-model-loader");
    /** Null before a first one. */
    private final AtomicReference<LiveVersion> wanted = new AtomicReference<>();

    private volatile Optional<Candidate> candidate = Optional.empty();
    private boolean delivered;

    /** @param listener called from the loader's thread */
    ModelLoader(ModelSite site, Consumer<Loading> listener) {
        this.site = site;
        this.files = site.files();
        this.listener = listener;
    }

    /** How often a live version could not be loaded, repetitions included. */
    long failures() {
        return failures.get();
    }

    /** Loads what is live, once; an earlier one that is not loaded yet is skipped. */
    void request(LiveVersion live) {
        if (live.equals(wanted.get())) {
            return;
        }
        wanted.set(live);
        soon(() -> tryToLoad(live, true), 0);
    }

    /** Finds out what is live, for a task that was told nothing yet: from the registry, else from what this host knew. */
    void findLive() {
        soon(this::tryToFindLive, 0);
    }

    /** Loads and checks a candidate; an earlier one that is not loaded yet is skipped. */
    void prepare(Candidate next, ModelVersion version) {
        candidate = Optional.of(next);
        soon(() -> tryToPrepare(next, version, true), 0);
    }

    /** There is no candidate any more. */
    void prepareNothing() {
        candidate = Optional.empty();
    }

    /** What the task serves from now on. */
    void remember(LiveVersion live) {
        soon(() -> files.rememberLive(live), 0);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is told to the listener
    private void soon(Runnable work, long delayMs) {
        try {
            thread.schedule(() -> telling(work), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("asked for something after the task had ended", e);
        }
    }

    private void telling(Runnable work) {
        try {
            work.run();
        } catch (Error e) {
            listener.accept(new Loading.Broken(e));
        }
    }

    private void tryToLoad(LiveVersion live, boolean firstTry) {
        if (!live.equals(wanted.get())) {
            return;
        }
        try {
            deliver(live);
        } catch (IOException | UnusableModelException | RuntimeException e) {
            failures.incrementAndGet();
            if (firstTry) {
                LOG.warn(
                        "cannot load version {}, which is live; scoring goes on with the version in use, trying again",
                        live.getPointer().getVersion(),
                        e);
            }
            if (!delivered) {
                tryTheLastOne(live);
            }
            tryWhatIsNewer(live);
            soon(() -> tryToLoad(live, false), RETRY_MS);
        }
    }

    /**
     * A task that was restored may be waiting for the version of its checkpoint, which has been deleted since, and hears of
     * what is live now only when it has one.
     */
    private void tryWhatIsNewer(LiveVersion than) {
        try (ModelRegistry registry = ModelRegistry.open(site.zookeeper(), site.model())) {
            Optional<LiveVersion> newer =
                    registry.liveVersion().filter(live -> Moves.isOlder(than.getPointer(), live.getPointer()));
            if (newer.isPresent()) {
                LoadedModel model = load(newer.get().getVersion());
                if (wanted.compareAndSet(than, newer.get())) {
                    listener.accept(new Loading.Live(newer.get(), model));
                    delivered = true;
                } else {
                    model.close();
                }
            }
        } catch (IOException | UnusableModelException | RuntimeException e) {
            LOG.debug("nor can a version be loaded that is newer", e);
        }
    }

    private void deliver(LiveVersion live) throws IOException, UnusableModelException {
        listener.accept(new Loading.Live(live, load(live.getVersion())));
        delivered = true;
    }

    private void tryTheLastOne(LiveVersion instead) {
        Optional<LiveVersion> last = files.lastLive();
        if (last.isEmpty()
                || last.get().getVersion().getOnnx().equals(instead.getVersion().getOnnx())) {
            return;
        }
        try {
            deliver(last.get());
            LOG.warn(
                    "serving version {}, which was live when this host last knew",
                    last.get().getPointer().getVersion());
        } catch (IOException | UnusableModelException | RuntimeException e) {
            LOG.debug("nor can the version that was live before be loaded", e);
        }
    }

    private void tryToFindLive() {
        if (delivered || wanted.get() != null) {
            return;
        }
        askWhatIsLive().ifPresent(this::tryFirst);
        soon(this::tryToFindLive, RETRY_MS);
    }

    private void tryFirst(LiveVersion live) {
        try {
            deliver(live);
        } catch (IOException | UnusableModelException | RuntimeException e) {
            if (failures.getAndIncrement() == 0) {
                LOG.warn(
                        "cannot load version {}, which is live; trying again",
                        live.getPointer().getVersion(),
                        e);
            }
            tryTheLastOne(live);
        }
    }

    private Optional<LiveVersion> askWhatIsLive() {
        try (ModelRegistry registry = ModelRegistry.open(site.zookeeper(), site.model())) {
            // Nothing is live again only where the registry was lost.
            return registry.liveVersion().or(files::lastLive);
        } catch (RuntimeException e) {
            Optional<LiveVersion> last = files.lastLive();
            LOG.warn(
                    "ZooKeeper does not tell what is live; {}",
                    last.isPresent() ? "serving what was when this host last knew" : "images wait",
                    e);
            return last;
        }
    }

    private void tryToPrepare(Candidate next, ModelVersion version, boolean firstTry) {
        if (!candidate.equals(Optional.of(next))) {
            return;
        }
        try {
            listener.accept(new Loading.Prepared(next, load(version)));
        } catch (StoreException | UnusableModelException | RuntimeException e) {
            LOG.warn("version {} is refused", next.getVersion(), e);
            listener.accept(new Loading.Refused(next, e.getMessage() == null ? e.toString() : e.getMessage()));
        } catch (IOException e) {
            if (firstTry) {
                LOG.warn("cannot read version {}, which is to be live; trying again", next.getVersion(), e);
            }
            soon(() -> tryToPrepare(next, version, false), RETRY_MS);
        }
    }

    private LoadedModel load(ModelVersion version) throws IOException, UnusableModelException {
        OnnxScorer scorer = OnnxScorer.load(files.read(version.getVersion(), version.getOnnx(), OnnxScorer.MAX_BYTES));
        boolean usable = false;
        try {
            if (version.hasProbe()) {
                Probe.read(files.read(version.getVersion(), version.getProbe(), Probe.MAX_BYTES))
                        .check(scorer);
            }
            usable = true;
            return new LoadedModel(version, scorer);
        } finally {
            if (!usable) {
                scorer.close();
            }
        }
    }

    /** Waits a little, so that nothing that it loaded is delivered to a task that has gone. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_LIMIT_MS, TimeUnit.MILLISECONDS)) {
                LOG.info("the model loader still waits for HDFS, and ends when that has answered");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
