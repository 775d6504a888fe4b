package io.inkstream.models.registry;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.Znodes.Node;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.TrainerClaim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.CreateMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one training job to publish versions of a model.
 *
 * <p>Whoever holds the newest epoch has it. All changes are made in one transaction with a check of the epoch: a job that
 * slept while another took over changes nothing when it wakes. The ephemeral {@code trainer} tells other jobs that
 * somebody is there; it is made again when it went with a lost session, as long as the epoch is still ours.
 */
public final class TrainerLease implements AutoCloseable {

    /** The node of a job whose process died lives as long as its session; the rest is for ZooKeeper to notice. */
    public static final Duration PATIENCE =
            Duration.ofMillis(SharedClient.SESSION_TIMEOUT_MS).plusSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(TrainerLease.class);

    private final SharedClient client;
    private final Znodes znodes;
    private final String model;
    private final TrainerClaim claim;
    private final RegistryWriter writer;
    private final ConnectionStateListener onReconnection = this::reconnected;
    private boolean closed;

    private TrainerLease(SharedClient client, Znodes znodes, String model, TrainerClaim claim) {
        this.client = client;
        this.znodes = znodes;
        this.model = model;
        this.claim = claim;
        this.writer = new RegistryWriter(znodes, new Epoch());
    }

    /**
     * Claims the model: from an earlier run of the same job at once, from another job after it has gone.
     *
     * @param zookeeper ZooKeeper's connect string
     * @param jobId Flink's, the same for all restarts of a job
     * @param patience how long to wait for another job, such as {@link #PATIENCE}
     * @throws FencedException when another job still trains the model then; says which one, and what to do
     */
    public static TrainerLease acquire(String zookeeper, String model, String jobId, Duration patience) {
        ModelRegistry.requireModelName(model);
        SharedClient client = SharedClient.acquire(zookeeper);
        try {
            Znodes znodes = new Znodes(client, model);
            TrainerClaim claim = new TrainerClaims(znodes, model, jobId).claim(patience);
            TrainerLease lease = new TrainerLease(client, znodes, model, claim);
            znodes.curator().getConnectionStateListenable().addListener(lease.onReconnection);
            // The session may have been lost before the listener was there.
            lease.showPresence();
            return lease;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** Counts the claims of this model. */
    public int epoch() {
        return claim.getEpoch();
    }

    /**
     * To be called before a change that no transaction of ZooKeeper covers, such as one in HDFS.
     *
     * @throws FencedException when another job, or a later run of this one, has the model now
     */
    public void verify() {
        showPresence();
    }

    /**
     * Adds a version and makes it the newest.
     *
     * @return false where this very version was registered before
     * @throws FencedException when another job has the model now
     * @throws RegistryException when another version has that number
     */
    public boolean register(ModelVersion version) {
        return writer.register(version);
    }

    /**
     * Makes a version live unless it or a newer one is already.
     *
     * @throws FencedException when another job has the model now
     */
    public void advanceLive(long version) {
        writer.advanceLive(version);
    }

    /**
     * Removes a version's metadata; its number stays used.
     *
     * @return false where the version is live, and stays
     * @throws FencedException when another job has the model now
     */
    public boolean deleteUnlessLive(long version) {
        return writer.deleteUnlessLive(version);
    }

    /** Makes {@code trainer} again if it went with its session. */
    private synchronized void showPresence() {
        Epoch epoch = new Epoch();
        while (!closed) {
            epoch.verify();
            Optional<Node> node = znodes.read(znodes.trainer());
            if (node.isPresent() && node.get().session() == session()) {
                return;
            }
            List<CuratorOp> operations = new ArrayList<>(epoch.checks());
            if (node.isPresent()) {
                operations.add(znodes.delete(znodes.trainer()));
            }
            operations.add(znodes.create(znodes.trainer(), CreateMode.EPHEMERAL, claim));
            if (znodes.tryAll("make " + znodes.trainer() + " again", operations)) {
                LOG.info("made {} again after a lost session", znodes.trainer());
                return;
            }
        }
    }

    private long session() {
        return znodes.attempt(
                "tell its session",
                () -> znodes.curator().getZookeeperClient().getZooKeeper().getSessionId());
    }

    private void reconnected(CuratorFramework curator, ConnectionState state) {
        if (state == ConnectionState.RECONNECTED) {
            try {
                showPresence();
                if (isClosed()) {
                    release();
                }
            } catch (RegistryException e) {
                LOG.warn("lost {} with its session: {}", znodes.trainer(), e.getMessage(), e);
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void release() {
        List<CuratorOp> operations = new ArrayList<>(new Epoch().checks());
        operations.add(znodes.delete(znodes.trainer()));
        // Where that fails, the node is another's, or gone.
        znodes.tryAll("release " + znodes.trainer(), operations);
        znodes.curator().getConnectionStateListenable().removeListener(onReconnection);
    }

    /** Idempotent. The node is deleted rather than left to go with the session, which others in this process share. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            release();
        } catch (RegistryException e) {
            LOG.warn(
                    "could not release {}; it goes when ZooKeeper can be reached again, or with this process",
                    znodes.trainer(),
                    e);
        } finally {
            client.close();
        }
    }

    private final class Epoch implements Fence {

        @Override
        public List<CuratorOp> checks() {
            return List.of(znodes.check(znodes.epoch(), claim.getEpoch()));
        }

        @Override
        public void verify() {
            Optional<Node> node = znodes.read(znodes.epoch());
            if (node.isEmpty()) {
                throw new FencedException("%s was deleted under job %s that trains model '%s': start the job again"
                        .formatted(znodes.epoch(), claim.getJobId(), model));
            }
            if (node.get().revision() != claim.getEpoch()) {
                TrainerClaim now = MetadataJson.claim(znodes.epoch(), node.get().json());
                throw new FencedException(
                        "job %s has lost model '%s' (epoch %d) to job %s (epoch %d, since %s, in process %s) and publishes nothing more"
                                .formatted(
                                        claim.getJobId(),
                                        model,
                                        claim.getEpoch(),
                                        now.getJobId(),
                                        node.get().revision(),
                                        Timestamps.toString(now.getSince()),
                                        now.getProcess()));
            }
        }
    }
}
