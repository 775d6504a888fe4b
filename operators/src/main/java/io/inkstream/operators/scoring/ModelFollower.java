package io.inkstream.operators.scoring;

import io.inkstream.models.cache.Moves;
import io.inkstream.models.registry.ScorerPresence;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScorerStatus;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a scorer's model the one that is live: has what is to be live loaded and checked beside the task, tells ZooKeeper so,
 * and puts it in use when live moves to it. Used in the task's thread only.
 *
 * <p>The broadcast state holds the pointer, never the weights.
 */
final class ModelFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);
    private static final String LIVE = "live";

    private final BroadcastState<String, LiveVersion> pointer;
    private final MailboxExecutor mailbox;
    private final ModelSlots models = new ModelSlots();
    private final ModelLoader loader;
    private final ScorerPresence presence;
    private ScorerStatus told = ScorerStatus.getDefaultInstance();
    /** What the registry itself has told last. Volatile for the metrics. */
    private volatile LiveVersion confirmed;

    /** @param pointer what was live at the checkpoint, if there is one: it is loaded at once */
    ModelFollower(
            ModelSite site,
            JobInfo job,
            TaskInfo task,
            BroadcastState<String, LiveVersion> pointer,
            MailboxExecutor mailbox)
            throws Exception {
        this.pointer = pointer;
        this.mailbox = mailbox;
        loader = new ModelLoader(site, this::tellTask);
        presence = ScorerPresence.announce(
                site.zookeeper(),
                site.model(),
                job.getJobId().toString(),
                task.getIndexOfThisSubtask(),
                task.getNumberOfParallelSubtasks());
        LiveVersion restored = pointer.get(LIVE);
        if (restored != null) {
            loader.request(restored);
        }
    }

    void defineMetrics(MetricGroup metrics) {
        metrics.gauge("modelVersion", models::currentVersion);
        metrics.gauge("modelAgeSeconds", this::ageSeconds);
        metrics.gauge("preparedVersion", models::preparedVersion);
        metrics.gauge("failedLoads", loader::failures);
        // 1 where the registry has not said yet that what is in use is live.
        metrics.gauge("liveFromCache", () -> isUnconfirmed() ? 1 : 0);
    }

    /** Since the version in use was made; -1 where there is none. */
    private long ageSeconds() {
        return models.live()
                .map(live -> System.currentTimeMillis() / 1_000
                        - live.getVersion().getCreated().getSeconds())
                .orElse(-1L);
    }

    private boolean isUnconfirmed() {
        LiveVersion newest = confirmed;
        return models.live().isPresent() && (newest == null || !models.isServing(newest));
    }

    /** What to score with; null only before {@link #await} has returned once. */
    LoadedModel current() {
        return models.current();
    }

    /** The move of the live pointer behind {@link #current}. */
    long move() {
        return models.move();
    }

    /**
     * Waits where there is no model yet, or only one older than what the source of an image had: after a restart, until the
     * loader has read the file. That holds up checkpoints, which is why the gate lets no image through before the file is at
     * hand.
     *
     * @param atLeast the move by which that source was scored last
     */
    void await(long atLeast) throws Exception {
        if (models.current() != null && models.move() >= atLeast) {
            return;
        }
        LiveVersion newest = pointer.get(LIVE);
        if (models.current() == null && newest == null) {
            // An image was quicker than the broadcast.
            loader.findLive();
        }
        while (models.current() == null || isWaitingFor(newest, atLeast)) {
            mailbox.yield();
        }
    }

    /** A move that is yet to come was counted by a registry that is lost: there is nothing to wait for. */
    private boolean isWaitingFor(LiveVersion newest, long atLeast) {
        return newest != null
                && models.move() < atLeast
                && atLeast <= newest.getPointer().getMove()
                && !models.isServing(newest);
    }

    void follow(RolloutView view) throws Exception {
        if (view.hasLive()) {
            followLive(view.getLive(), view.getFromCache());
        }
        if (view.hasCandidate()) {
            followCandidate(view);
        } else {
            models.aimAtNothing();
            loader.prepareNothing();
        }
        announce();
    }

    private void followLive(LiveVersion live, boolean fromCache) throws Exception {
        if (!fromCache) {
            confirmed = live;
        }
        LiveVersion known = pointer.get(LIVE);
        if (known != null && Moves.isOlder(live.getPointer(), known.getPointer())) {
            // Older than what is known: kept, it would bring the older version back after a restart.
            return;
        }
        pointer.put(LIVE, live);
        boolean isNews = !models.isServing(live);
        if (!models.follow(live)) {
            loader.request(live);
        } else if (isNews) {
            loader.remember(live);
        }
    }

    private void followCandidate(RolloutView view) {
        boolean isNew = !models.isAimingAt(view.getCandidate());
        if (!models.aim(view.getCandidate(), view.getCandidateVersion()) && isNew) {
            loader.prepare(view.getCandidate(), view.getCandidateVersion());
        }
    }

    private void tellTask(Loading news) {
        try {
            mailbox.execute(() -> take(news), "take what the loader tells");
        } catch (RejectedExecutionException e) {
            LOG.debug("something was loaded when the task had ended", e);
            release(news);
        }
    }

    private static void release(Loading news) {
        if (news instanceof Loading.Live loaded) {
            loaded.model().close();
        } else if (news instanceof Loading.Prepared loaded) {
            loaded.model().close();
        }
    }

    private void take(Loading news) {
        if (news instanceof Loading.Live loaded) {
            models.put(loaded.live(), loaded.model());
            models.live().ifPresent(loader::remember);
        } else if (news instanceof Loading.Prepared loaded) {
            models.prepared(loaded.candidate(), loaded.model());
        } else if (news instanceof Loading.Refused refused) {
            models.refused(refused.candidate(), refused.reason());
        } else if (news instanceof Loading.Broken broken) {
            throw broken.error();
        }
        announce();
    }

    private void announce() {
        ScorerStatus status = models.status();
        if (!status.equals(told)) {
            presence.update(status);
            told = status;
        }
    }

    @Override
    public void close() {
        presence.close();
        loader.close();
        models.close();
    }
}
