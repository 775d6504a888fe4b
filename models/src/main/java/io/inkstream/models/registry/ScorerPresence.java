package io.inkstream.models.registry;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.registry.Znodes.Node;
import io.inkstream.schemas.v1.ScorerStatus;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everybody that one scorer is there, what it serves and what it has loaded, for as long as it runs.
 *
 * <p>What stands in ZooKeeper is compared with what is to be told after each event, and once a second in any case: a node
 * that went with a lost session, or was left behind by an earlier run of the same subtask, is made anew. Only where a later
 * run has taken the node over does this one keep quiet. ZooKeeper is spoken to in a thread of its own, so that a scorer
 * never waits for it.
 */
public final class ScorerPresence implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScorerPresence.class);
    private static final Pattern JOB_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final long PERIOD_MS = 1_000;
    private static final long CLOSE_LIMIT_MS = 2_000;
    private static final byte[] NOTHING = {};

    private final SharedClient client;
    private final Znodes znodes;
    private final String path;
    private final ScorerStatus identity;
    private final CuratorWatcher onEvent = event -> showSoon();
    private final CountDownLatch gone = new CountDownLatch(1);
    private final ScheduledExecutorService thread;
    private volatile ScorerStatus status;
    private volatile boolean closed;
    private boolean shown;
    private boolean replaced;
    private boolean failing;

    private ScorerPresence(SharedClient client, Znodes znodes, ScorerStatus identity) {
        this.client = client;
        this.znodes = znodes;
        this.path = znodes.scorer(identity.getJobId(), identity.getSubtask());
        this.identity = identity;
        this.status = identity.toBuilder().setUpdated(identity.getSince()).build();
        this.thread = DaemonThread.named("inkstream-scorer-presence-" + identity.getSubtask());
    }

    /**
     * Announces a scorer that has loaded nothing yet. Does not wait for ZooKeeper.
     *
     * @param jobId Flink's
     * @param subtask from 0 to below {@code scorers}
     * @param scorers how many subtasks the job has: none of them can be missing when a version goes live
     */
    public static ScorerPresence announce(
            ZooKeeperAccess zookeeper, String model, String jobId, int subtask, int scorers) {
        ModelRegistry.requireModelName(model);
        if (!JOB_ID.matcher(jobId).matches()) {
            throw new IllegalArgumentException("job id '%s': use letters and digits".formatted(jobId));
        }
        Timestamp now = Timestamps.now();
        ScorerStatus identity = ScorerStatus.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setJobId(jobId)
                .setSubtask(subtask)
                .setScorers(scorers)
                .setProcess(ManagementFactory.getRuntimeMXBean().getName())
                .setSince(now)
                .setRun(UUID.randomUUID().toString())
                .build();
        SharedClient client = SharedClient.acquire(zookeeper);
        ScorerPresence presence = new ScorerPresence(client, new Znodes(client, model), identity);
        presence.start();
        return presence;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in show
    private void start() {
        thread.scheduleWithFixedDelay(this::show, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Tells what the scorer serves, has loaded and has refused, in the place of what was told before; who it is is filled
     * in. Returns at once; of several updates in quick succession only the last may be told.
     */
    public void update(ScorerStatus next) {
        ScorerStatus.Builder said = identity.toBuilder()
                .setServes(next.getServes())
                .addAllLoaded(next.getLoadedList())
                .setUpdated(Timestamps.now());
        if (next.hasRefused()) {
            said.setRefused(next.getRefused().toBuilder()
                    .setReason(Words.cut(next.getRefused().getReason())));
        }
        status = said.build();
        showSoon();
    }

    private void showSoon() {
        try {
            thread.execute(this::show);
        } catch (RejectedExecutionException e) {
            LOG.debug("news of {} after it was closed", path, e);
        }
    }

    private void show() {
        if (gone.getCount() == 0) {
            return;
        }
        try {
            if (closed) {
                remove();
                thread.shutdown();
                client.close();
                gone.countDown();
            } else {
                watch();
                put();
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("cannot write {}: scorer {} goes on, trying again", path, identity.getSubtask(), e);
            }
            failing = true;
        }
    }

    private void watch() {
        znodes.attempt(
                "watch " + path,
                () -> Optional.ofNullable(
                        znodes.curator().checkExists().usingWatcher(onEvent).forPath(path)));
    }

    private void put() {
        boolean done = false;
        while (!done) {
            ScorerStatus next = status;
            Optional<Node> node = znodes.read(path);
            if (node.isEmpty()) {
                znodes.createUnlessThere(znodes.scorers(), NOTHING);
                znodes.createContainerUnlessThere(znodes.scorersOf(identity.getJobId()));
                done = create(List.of(), next);
            } else if (!isOurs(node.get()) && shown) {
                keepQuiet(node.get());
                done = true;
            } else if (!isOurs(node.get()) || node.get().session() != session()) {
                done = create(List.of(znodes.delete(path, node.get().revision())), next);
            } else {
                done = node.get().json().equals(MetadataJson.write(next))
                        || znodes.tryAll(
                                "update " + path,
                                List.of(znodes.set(path, node.get().revision(), next)));
            }
        }
    }

    private boolean create(List<CuratorOp> first, ScorerStatus next) {
        List<CuratorOp> operations = new ArrayList<>(first);
        operations.add(znodes.create(path, CreateMode.EPHEMERAL, next));
        boolean created = znodes.tryAll("make " + path, operations);
        shown |= created;
        replaced &= !created;
        return created;
    }

    private void keepQuiet(Node node) {
        if (!replaced) {
            LOG.warn("a later run of the same scorer has taken {} over: {}", path, node.json());
        }
        replaced = true;
    }

    private boolean isOurs(Node node) {
        return node.json().contains(identity.getRun());
    }

    private long session() {
        return znodes.attempt(
                "tell its session",
                () -> znodes.curator().getZookeeperClient().getZooKeeper().getSessionId());
    }

    private void remove() {
        Optional<Node> node = znodes.read(path);
        while (node.isPresent() && isOurs(node.get())) {
            znodes.tryAll(
                    "remove " + path, List.of(znodes.delete(path, node.get().revision())));
            node = znodes.read(path);
        }
    }

    /**
     * Idempotent. Removes the node rather than leaving it to go with the session, which others in this process share;
     * where ZooKeeper does not answer, goes on trying in the background.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        showSoon();
        try {
            if (!gone.await(CLOSE_LIMIT_MS, TimeUnit.MILLISECONDS)) {
                LOG.info("{} is still to be removed, once ZooKeeper answers", path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
