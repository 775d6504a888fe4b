package io.inkstream.models.registry;

import io.inkstream.models.registry.Znodes.Node;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.TrainerClaim;
import java.time.Clock;
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
 * <p>Whoever made the latest claim has it. All changes are made in one transaction with a check that the claim stands: a job
 * that slept while another took over changes nothing when it wakes. The ephemeral {@code trainer} tells other jobs that
 * somebody is there; it is made again when it went with a lost session, as long as the claim is still ours. A claim that
 * ZooKeeper has lost is made again, too, unless another job was quicker.
 */
public final class TrainerLease implements AutoCloseable {

    /** The node of a job whose process died lives as long as its session; the rest is for ZooKeeper to notice. */
    public static final Duration PATIENCE =
            Duration.ofMillis(SharedClient.SESSION_TIMEOUT_MS).plusSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(TrainerLease.class);
    private static final int NEVER_CHANGED = 0;

    private final SharedClient client;
    private final Znodes znodes;
    private final TrainerClaims claims;
    private final TrainerClaim claim;
    private final Fence standing = new StandingClaim();
    private final String by;
    private final RegistryWriter writer;
    private final Rollout rollout;
    private final ConnectionStateListener onReconnection = this::reconnected;
    private boolean closed;

    private TrainerLease(SharedClient client, Znodes znodes, TrainerClaims claims, TrainerClaim claim) {
        this.client = client;
        this.znodes = znodes;
        this.claims = claims;
        this.claim = claim;
        this.by = "training job " + claim.getJobId();
        this.writer = new RegistryWriter(znodes, standing);
        this.rollout = new Rollout(znodes, standing, Rollout.TIMEOUT, Clock.systemUTC());
    }

    /**
     * Claims the model: from an earlier run of the same job at once, from another job after it has gone.
     *
     * @param jobId Flink's, the same for all restarts of a job
     * @param patience how long to wait for another job, such as {@link #PATIENCE}
     * @throws FencedException when another job still trains the model then; says which one, and what to do
     */
    public static TrainerLease acquire(ZooKeeperAccess zookeeper, String model, String jobId, Duration patience) {
        ModelRegistry.requireModelName(model);
        SharedClient client = SharedClient.acquire(zookeeper);
        try {
            Znodes znodes = new Znodes(client, model);
            TrainerClaims claims = new TrainerClaims(znodes, model, jobId);
            TrainerLease lease = new TrainerLease(client, znodes, claims, claims.claim(patience));
            znodes.curator().getConnectionStateListenable().addListener(lease.onReconnection);
            // The session may have been lost before the listener was there.
            lease.showPresence();
            return lease;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** Counts the claims of this model, this one included. */
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
     * Proposes that a version be live, see {@link Rollout#propose}.
     *
     * @throws FencedException when another job has the model now
     */
    public Proposal propose(long version, String why) {
        return rollout.propose(version, by, why, false);
    }

    /** Takes the candidate one step further, see {@link Rollout#advance}. */
    public Progress advance() {
        return rollout.advance();
    }

    /**
     * Rejects a version, see {@link Rollout#reject}.
     *
     * @return false where the version is live, and stays
     * @throws FencedException when another job has the model now
     */
    public boolean reject(long version, String reason) {
        return rollout.reject(version, reason);
    }

    /**
     * Removes a version's metadata; its number stays used.
     *
     * @return false where the version is live, is to be, or is the one to roll back to, and stays
     * @throws FencedException when another job has the model now
     */
    public boolean deleteUnlessLive(long version) {
        return writer.deleteUnlessLive(version);
    }

    Fence fence() {
        return standing;
    }

    /** Makes {@code trainer} again if it went with its session. */
    private synchronized void showPresence() {
        while (!closed) {
            standing.verify();
            Optional<Node> node = znodes.read(znodes.trainer());
            if (node.isPresent() && node.get().session() == session()) {
                return;
            }
            List<CuratorOp> operations = new ArrayList<>(standing.checks());
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
        List<CuratorOp> operations = new ArrayList<>(standing.checks());
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

    private final class StandingClaim implements Fence {

        @Override
        public List<CuratorOp> checks() {
            return List.of(znodes.check(znodes.claim(claim.getRun()), NEVER_CHANGED));
        }

        @Override
        public void verify() {
            claims.restore(claim);
        }
    }
}
