package io.inkstream.operators.live;

import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.cache.ModelFiles;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Progress;
import io.inkstream.models.registry.RegistryView;
import io.inkstream.models.registry.RegistryView.CandidateVersion;
import io.inkstream.models.registry.RegistryWatch;
import io.inkstream.models.registry.Rollout;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.RolloutView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emits what the registry's watch saw last, and takes the rollout further. ZooKeeper is spoken to in the watch's thread and
 * in one of its own, never in the task's.
 */
final class RolloutReader implements SourceReader<RolloutView, NoSplit> {

    private static final Logger LOG = LoggerFactory.getLogger(RolloutReader.class);
    private static final long PERIOD_MS = 500;
    /** Scorers take some 100 ms to load a candidate. */
    private static final long FIRST_LOOK_MS = 40;

    private final ModelSite site;
    private final MetricGroup metrics;
    private final ModelFiles files;
    private final AtomicReference<RolloutView> news = new AtomicReference<>();
    private final AtomicReference<CompletableFuture<Void>> available = new AtomicReference<>(new CompletableFuture<>());
    private final ScheduledExecutorService thread = DaemonThread.named("inkstream-rollout");
    private volatile boolean heard;
    private volatile Optional<Candidate> candidate = Optional.empty();
    private volatile boolean fromCache;
    private boolean failing;
    private ModelRegistry registry;
    private RegistryWatch watch;
    private Rollout rollout;

    RolloutReader(ModelSite site, MetricGroup metrics) {
        this.site = site;
        this.metrics = metrics;
        this.files = site.files();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in trying
    public void start() {
        registry = ModelRegistry.open(site.zookeeper(), site.model());
        rollout = new Rollout(registry);
        watch = registry.watch(this::hear);
        metrics.gauge("registryAgeMillis", () -> watch.age().toMillis());
        metrics.gauge("liveFromCache", () -> fromCache ? 1 : 0);
        thread.scheduleWithFixedDelay(this::wonder, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private synchronized void hear(RegistryView view) {
        heard = true;
        fromCache = false;
        Optional<Candidate> before = candidate;
        candidate = view.candidate().map(CandidateVersion::candidate);
        if (candidate.isPresent() && !candidate.equals(before)) {
            pursueSoon(candidate.get(), FIRST_LOOK_MS);
        }
        RolloutView.Builder message = RolloutView.newBuilder();
        view.live().ifPresent(message::setLive);
        view.previous().ifPresent(message::setPrevious);
        view.candidate()
                .ifPresent(candidate ->
                        message.setCandidate(candidate.candidate()).setCandidateVersion(candidate.version()));
        tell(message.build());
    }

    private void tell(RolloutView view) {
        news.set(view);
        available.get().complete(null);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in trying
    private void pursueSoon(Candidate next, long delayMs) {
        try {
            thread.schedule(() -> pursue(next, delayMs), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("a candidate after the task had ended", e);
        }
    }

    /**
     * Asks, for as long as it is the candidate, whether all scorers have answered: each time after half as long again, so
     * that live moves at most by half too late, and one that takes long costs ZooKeeper little.
     */
    private void pursue(Candidate next, long delayMs) {
        if (candidate.equals(Optional.of(next))) {
            trying(() -> report(rollout.advance()));
            pursueSoon(next, Math.min(PERIOD_MS, delayMs * 3 / 2));
        }
    }

    private void wonder() {
        if (!heard && !fromCache && watch.age().compareTo(Grace.PERIOD) > 0) {
            trying(() -> files.lastLive().ifPresent(this::goByTheCache));
        }
    }

    private void trying(Runnable step) {
        try {
            step.run();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing && !thread.isShutdown()) {
                LOG.warn("cannot take the candidate further; what is live stays, trying again", e);
            }
            failing = true;
        }
    }

    private static void report(Progress progress) {
        if (progress instanceof Progress.Moved moved) {
            LOG.info(
                    "live moved from {} to {}",
                    moved.move().getFrom(),
                    moved.move().getTo());
        } else if (progress instanceof Progress.Rejected rejected) {
            LOG.warn("version {} is rejected: {}", rejected.version(), rejected.reason());
        }
    }

    private synchronized void goByTheCache(LiveVersion last) {
        if (!heard) {
            LOG.warn(
                    "ZooKeeper at {} does not answer: version {} is served, which was live when this host last knew",
                    site.zookeeper().connect(),
                    last.getPointer().getVersion());
            fromCache = true;
            tell(RolloutView.newBuilder().setLive(last).setFromCache(true).build());
        }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RolloutView> output) {
        // No event time flows from here: without this the images' watermarks would wait for it.
        output.markIdle();
        // First the future, then the news: news that come in between complete the new future.
        available.set(new CompletableFuture<>());
        Optional.ofNullable(news.getAndSet(null)).ifPresent(output::collect);
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return available.get();
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
        return List.of();
    }

    @Override
    public void addSplits(List<NoSplit> splits) {
        throw new AssertionError("there are no splits");
    }

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
        thread.shutdownNow();
        if (watch != null) {
            watch.close();
        }
        if (registry != null) {
            registry.close();
        }
    }
}
