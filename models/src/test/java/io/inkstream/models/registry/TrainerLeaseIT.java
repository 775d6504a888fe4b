package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.TrainerClaim;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class TrainerLeaseIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String JOB = "0a".repeat(16);
    private static final String OTHER_JOB = "0b".repeat(16);

    private String zookeeper;
    /** The same ZooKeeper by another name: a client, and so a session, of its own, as in another process. */
    private String zookeeperElsewhere;

    private String model;
    private ModelRegistry registry;
    private SharedClient client;

    @BeforeEach
    void openAnEmptyRegistry(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        zookeeperElsewhere = zookeeper.replace("localhost", "127.0.0.1");
        model = sandbox.uniqueName("digits");
        registry = ModelRegistry.open(zookeeper, model);
        client = SharedClient.acquire(ZooKeeperAccess.open(zookeeper));
    }

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    @Test
    void usageExample() {
        assertThat(registry.trainer()).isEmpty();
        try (TrainerLease lease =
                TrainerLease.acquire(ZooKeeperAccess.open(zookeeper), model, JOB, TrainerLease.PATIENCE)) {
            lease.verify();
            assertThat(lease.register(version(1))).isTrue();
            assertThat(lease.register(version(1))).isFalse();
            assertThat(registry.version(1)).contains(version(1));
            assertThat(lease.propose(1, "more accurate on the holdout")).isEqualTo(Proposal.ACCEPTED);

            Candidate candidate = registry.candidate().orElseThrow();
            assertThat(candidate.getVersion()).isEqualTo(1);
            assertThat(candidate.getBy()).isEqualTo("training job " + JOB);
            assertThat(candidate.getByHand()).isFalse();
            TrainerClaim trainer = registry.trainer().orElseThrow();
            assertThat(trainer.getJobId()).isEqualTo(JOB);
            assertThat(trainer.getEpoch()).isEqualTo(lease.epoch());
            assertThat(trainer.getProcess()).matches("\\d+@.+");
        }
        assertThat(registry.trainer()).isEmpty();
    }

    @Test
    void aRestartOfTheSameJobTakesOverAtOnce() {
        try (TrainerLease before = acquire(zookeeperElsewhere, JOB)) {
            TrainerClaim first = registry.trainer().orElseThrow();
            try (TrainerLease after = acquire(zookeeper, JOB)) {
                TrainerClaim second = registry.trainer().orElseThrow();
                assertThat(after.epoch()).isEqualTo(before.epoch() + 1);
                assertThat(second.getEpoch()).isEqualTo(after.epoch());
                assertThat(second.getSince()).isEqualTo(first.getSince());
            }
        }
    }

    @Test
    void aJobThatWasTakenOverChangesNothing() {
        TrainerLease zombie = acquire(zookeeperElsewhere, JOB);
        zombie.register(version(1));
        zombie.register(version(2));
        Live.advance(registry, 1);
        try (TrainerLease lease = acquire(zookeeper, JOB)) {
            assertFenced(zombie::verify);
            assertFenced(() -> zombie.register(version(3)));
            assertFenced(() -> zombie.register(version(1)));
            assertFenced(() -> zombie.propose(2, "newer"));
            assertFenced(() -> zombie.reject(2, "worse"));
            assertFenced(() -> zombie.deleteUnlessLive(2));

            assertThat(registry.versions()).containsExactly(1L, 2L);
            assertThat(registry.newest()).hasValue(2);
            assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(1);
            assertThat(registry.candidate()).isEmpty();
            assertThat(registry.version(2)).contains(version(2));
            // Nor does it take the node away when it ends.
            zombie.close();
            assertThat(registry.trainer().orElseThrow().getEpoch()).isEqualTo(lease.epoch());
        }
    }

    @Test
    void theClaimIsCheckedInTheTransactionItself() throws Exception {
        try (TrainerLease zombie = acquire(zookeeper, JOB)) {
            zombie.verify();
            Znodes znodes = new Znodes(client, model);
            String run = registry.trainer().orElseThrow().getRun();
            // Asks before each change as always, but what it asks comes too early.
            RegistryWriter late = new RegistryWriter(znodes, new Fence() {
                private boolean asked;

                @Override
                public List<CuratorOp> checks() {
                    return List.of(znodes.check(znodes.claim(run), 0));
                }

                @Override
                public void verify() {
                    if (asked) {
                        throw new FencedException("seen in the transaction");
                    }
                    asked = true;
                }
            });
            acquire(zookeeper, JOB).close();

            assertThatThrownBy(() -> late.register(version(1))).hasMessage("seen in the transaction");
            assertThat(registry.versions()).isEmpty();
        }
    }

    @Test
    void theClaimIsCheckedInTheTransactionOfAProposal() {
        registry.register(version(1));
        try (TrainerLease zombie = acquire(zookeeper, JOB)) {
            zombie.verify();
            Znodes znodes = new Znodes(client, model);
            String run = registry.trainer().orElseThrow().getRun();
            AtomicInteger asked = new AtomicInteger();
            Rollout late = new Rollout(
                    znodes,
                    new Fence() {
                        @Override
                        public List<CuratorOp> checks() {
                            return List.of(znodes.check(znodes.claim(run), 0));
                        }

                        @Override
                        public void verify() {
                            if (asked.incrementAndGet() > 1) {
                                throw new FencedException("seen in the transaction");
                            }
                        }
                    },
                    Rollout.TIMEOUT,
                    Clock.systemUTC());
            acquire(zookeeper, JOB).close();

            assertThatThrownBy(() -> late.propose(1, "a test", "", false)).hasMessage("seen in the transaction");
            assertThatThrownBy(() -> late.reject(1, "")).hasMessage("seen in the transaction");
            assertThat(registry.candidate()).isEmpty();
            assertThat(registry.version(1)).contains(version(1));
        }
    }

    @Test
    void anotherJobIsRefusedAndToldWhoTrains() {
        try (TrainerLease lease = acquire(zookeeper, JOB)) {
            TrainerClaim trainer = registry.trainer().orElseThrow();

            assertThatThrownBy(() -> acquire(zookeeperElsewhere, OTHER_JOB))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining(model)
                    .hasMessageContaining(JOB)
                    .hasMessageContaining("since 2")
                    .hasMessageContaining(trainer.getProcess())
                    .hasMessageContaining("cancel that job")
                    .hasMessageContaining("--model");
            lease.register(version(1));
            assertThat(registry.trainer()).contains(trainer);
        }
    }

    @Test
    void anotherModelIsNobodysBusiness(Sandbox sandbox) {
        try (TrainerLease lease = acquire(zookeeper, JOB);
                TrainerLease other = TrainerLease.acquire(
                        ZooKeeperAccess.open(zookeeper), sandbox.uniqueName("digits"), OTHER_JOB, Duration.ZERO)) {
            lease.verify();
            other.verify();
        }
    }

    @Test
    void anotherJobWaitsForTheSessionOfAProcessThatDied() throws Exception {
        acquire(zookeeper, JOB).close();
        ZooKeeper dying = new ZooKeeper(zookeeper, 30_000, event -> {});
        String claim = MetadataJson.write(TrainerClaim.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setJobId(JOB)
                .setEpoch(1)
                .build());
        dying.create(path("trainer"), claim.getBytes(UTF_8), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);

        CompletableFuture<TrainerLease> waiting = CompletableFuture.supplyAsync(
                () -> TrainerLease.acquire(ZooKeeperAccess.open(zookeeper), model, OTHER_JOB, TrainerLease.PATIENCE));
        assertThatThrownBy(() -> acquire(zookeeper, OTHER_JOB)).isInstanceOf(FencedException.class);
        assertThat(waiting).isNotDone();
        dying.close();

        try (TrainerLease lease = waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(registry.trainer().orElseThrow().getJobId()).isEqualTo(OTHER_JOB);
            lease.register(version(1));
        }
    }

    @Test
    void aLostSessionDoesNotLoseTheModel() throws Exception {
        try (TrainerLease lease = acquire(zookeeper, JOB)) {
            long before = session();
            expireSession();
            await().atMost(LIMIT).until(() -> session() != before && trainerSession() == session());

            assertThat(registry.trainer().orElseThrow().getEpoch()).isEqualTo(lease.epoch());
            lease.register(version(1));
            assertThat(registry.versions()).containsExactly(1L);
        }
        assertThat(registry.trainer()).isEmpty();
    }

    @Test
    void whoLosesItsSessionAndIsTakenOverStaysOut() throws Exception {
        try (TrainerLease sleeper = acquire(zookeeper, JOB)) {
            expireSession();
            try (TrainerLease other =
                    TrainerLease.acquire(ZooKeeperAccess.open(zookeeperElsewhere), model, JOB, TrainerLease.PATIENCE)) {
                assertFenced(sleeper::verify);
                assertFenced(() -> sleeper.register(version(1)));
                assertThat(registry.trainer().orElseThrow().getEpoch()).isEqualTo(other.epoch());
                other.verify();
            }
        }
    }

    @Test
    void aTrainerNodeThatIsGoneIsMadeAgainWithTheNextVersion() throws Exception {
        try (TrainerLease lease = acquire(zookeeper, JOB)) {
            client.curator().delete().forPath(path("trainer"));
            lease.verify();

            assertThat(registry.trainer().orElseThrow().getEpoch()).isEqualTo(lease.epoch());
        }
    }

    @Test
    void closingLetsAnotherJobInThoughTheSharedSessionLivesOn() {
        TrainerLease lease = acquire(zookeeper, JOB);
        lease.close();
        lease.close();

        try (TrainerLease other = acquire(zookeeper, OTHER_JOB)) {
            assertThat(registry.trainer().orElseThrow().getJobId()).isEqualTo(OTHER_JOB);
            assertThat(other.epoch()).isEqualTo(lease.epoch() + 1);
        }
    }

    @Test
    void aReleaseThatFailsIsMadeUpForWhenZooKeeperIsBack(Sandbox sandbox) {
        TrainerLease lease = acquire(zookeeper, JOB);
        sandbox.stopZooKeeper();
        try {
            lease.close();
        } finally {
            sandbox.startZooKeeper();
        }

        await().atMost(LIMIT).ignoreExceptions().until(() -> registry.trainer().isEmpty());
    }

    private TrainerLease acquire(String at, String job) {
        return TrainerLease.acquire(ZooKeeperAccess.open(at), model, job, Duration.ZERO);
    }

    private void assertFenced(Runnable change) {
        assertThatThrownBy(change::run)
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("lost model '" + model + "'");
    }

    private long session() throws Exception {
        return Sessions.id(client);
    }

    private long trainerSession() {
        return new Znodes(client, model)
                .read(path("trainer"))
                .map(Znodes.Node::session)
                .orElse(0L);
    }

    private void expireSession() throws Exception {
        Sessions.expire(client, zookeeper);
    }

    private String path(String node) {
        return "/inkstream/" + model + "/" + node;
    }
}
