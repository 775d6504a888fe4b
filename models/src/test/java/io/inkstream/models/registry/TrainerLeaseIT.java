package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.TrainerClaim;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
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
        client = SharedClient.acquire(zookeeper);
    }

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    @Test
    void usageExample() {
        assertThat(registry.trainer()).isEmpty();
        try (TrainerLease lease = TrainerLease.acquire(zookeeper, model, JOB, TrainerLease.PATIENCE)) {
            lease.verify();
            assertThat(lease.register(version(1))).isTrue();
            assertThat(lease.register(version(1))).isFalse();
            lease.advanceLive(1);

            assertThat(registry.version(1)).contains(version(1));
            assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(1);
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
        zombie.advanceLive(1);
        try (TrainerLease lease = acquire(zookeeper, JOB)) {
            assertFenced(zombie::verify);
            assertFenced(() -> zombie.register(version(3)));
            assertFenced(() -> zombie.register(version(1)));
            assertFenced(() -> zombie.advanceLive(2));
            assertFenced(() -> zombie.deleteUnlessLive(2));

            assertThat(registry.versions()).containsExactly(1L, 2L);
            assertThat(registry.newest()).hasValue(2);
            assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(1);
            // Nor does it take the node away when it ends.
            zombie.close();
            assertThat(registry.trainer().orElseThrow().getEpoch()).isEqualTo(lease.epoch());
        }
    }

    @Test
    void theEpochIsCheckedInTheTransactionItself() throws Exception {
        try (TrainerLease zombie = acquire(zookeeper, JOB)) {
            Znodes znodes = new Znodes(client, model);
            // Asks before each change as always, but what it asks comes too early.
            RegistryWriter late = new RegistryWriter(znodes, new Fence() {
                private boolean asked;

                @Override
                public List<CuratorOp> checks() {
                    return List.of(znodes.check(znodes.epoch(), zombie.epoch()));
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
                TrainerLease other =
                        TrainerLease.acquire(zookeeper, sandbox.uniqueName("digits"), OTHER_JOB, Duration.ZERO)) {
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
                () -> TrainerLease.acquire(zookeeper, model, OTHER_JOB, TrainerLease.PATIENCE));
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
            try (TrainerLease other = TrainerLease.acquire(zookeeperElsewhere, model, JOB, TrainerLease.PATIENCE)) {
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

    @Test
    void theLiveVersionIsNeverDeleted() {
        try (TrainerLease lease = acquire(zookeeper, JOB)) {
            lease.register(version(1));
            lease.register(version(2));
            lease.advanceLive(2);

            assertThat(lease.deleteUnlessLive(2)).isFalse();
            assertThat(lease.deleteUnlessLive(1)).isTrue();
            assertThat(lease.deleteUnlessLive(1)).isTrue();
            assertThat(registry.versions()).containsExactly(2L);
        }
    }

    private TrainerLease acquire(String at, String job) {
        return TrainerLease.acquire(at, model, job, Duration.ZERO);
    }

    private void assertFenced(Runnable change) {
        assertThatThrownBy(change::run)
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("lost model '" + model + "'");
    }

    private long session() throws Exception {
        return client.curator().getZookeeperClient().getZooKeeper().getSessionId();
    }

    private long trainerSession() {
        return new Znodes(client, model)
                .read(path("trainer"))
                .map(Znodes.Node::session)
                .orElse(0L);
    }

    /** Ends the session at the server, as a partition longer than its timeout does. */
    private void expireSession() throws Exception {
        CuratorFramework curator = client.curator();
        ZooKeeper mine = curator.getZookeeperClient().getZooKeeper();
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper twin = new ZooKeeper(
                zookeeper, 30_000, event -> connected.countDown(), mine.getSessionId(), mine.getSessionPasswd());
        connected.await();
        twin.close();
    }

    private String path(String node) {
        return "/inkstream/" + model + "/" + node;
    }
}
