package io.inkstream.models.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.ScorerStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class ScorerPresenceIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String JOB = "0a".repeat(16);

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
        try (ScorerPresence presence = ScorerPresence.announce(ZooKeeperAccess.open(zookeeper), model, JOB, 3, 4)) {
            awaitScorers(1);
            presence.update(serves(1));
            awaitServed(1);

            ScorerStatus scorer = registry.scorers().get(0);
            assertThat(scorer.getJobId()).isEqualTo(JOB);
            assertThat(scorer.getSubtask()).isEqualTo(3);
            assertThat(scorer.getProcess()).matches("\\d+@.+");
            assertThat(scorer.getLoadedList()).containsExactly(1L);
            assertThat(scorer.hasSince() && scorer.hasUpdated()).isTrue();
        }
        assertThat(registry.scorers()).isEmpty();
    }

    @Test
    void scorersComeByJobAndSubtask() {
        try (ScorerPresence ten = announce(zookeeper, 10);
                ScorerPresence two = announce(zookeeperElsewhere, 2)) {
            awaitScorers(2);

            assertThat(ten).isNotSameAs(two);
            assertThat(registry.scorers().stream().map(ScorerStatus::getSubtask))
                    .containsExactly(2, 10);
        }
    }

    @Test
    void aLostSessionDoesNotLoseTheScorer() throws Exception {
        try (ScorerPresence presence = announce(zookeeper, 0)) {
            presence.update(serves(1));
            awaitServed(1);
            long before = Sessions.id(client);
            Sessions.expire(client, zookeeper);

            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> Sessions.id(client) != before && nodesSession() == Sessions.id(client));
            awaitServed(1);
            presence.update(serves(2));
            awaitServed(2);
        }
        assertThat(registry.scorers()).isEmpty();
    }

    @Test
    void whatIsToldWhileZooKeeperIsAwayIsToldWhenItIsBack(Sandbox sandbox) {
        try (ScorerPresence presence = announce(zookeeper, 0)) {
            awaitScorers(1);
            sandbox.stopZooKeeper();
            try {
                presence.update(serves(1));
                presence.update(serves(2));
            } finally {
                sandbox.startZooKeeper();
            }
            awaitServed(2);
        }
    }

    @Test
    void oneThatClosesWhileZooKeeperIsAwayIsGoneWhenItIsBack(Sandbox sandbox) {
        ScorerPresence presence = announce(zookeeper, 0);
        awaitScorers(1);
        sandbox.stopZooKeeper();
        try {
            presence.close();
            presence.close();
        } finally {
            sandbox.startZooKeeper();
        }
        awaitScorers(0);
        // Nor has it taken the client from the other users.
        registry.requireReachable();
    }

    @Test
    void aNodeThatIsDeletedIsMadeAgain() throws Exception {
        try (ScorerPresence presence = announce(zookeeper, 0)) {
            presence.update(serves(1));
            awaitServed(1);
            client.curator().delete().forPath(path());
            awaitServed(1);
        }
    }

    @Test
    void aLaterRunTakesOverFromOneThatIsStillThere() {
        ScorerPresence zombie = announce(zookeeperElsewhere, 0);
        zombie.update(serves(1));
        awaitServed(1);
        try (ScorerPresence later = announce(zookeeper, 0)) {
            later.update(serves(2));
            awaitServed(2);
            zombie.update(serves(3));
            zombie.close();

            later.update(serves(4));
            awaitServed(4);
            assertThat(registry.scorers()).hasSize(1);
        }
        assertThat(registry.scorers()).isEmpty();
    }

    @Test
    void whatItRefusesIsToldWithAReasonOfAFewLines() {
        try (ScorerPresence presence = announce(zookeeper, 0)) {
            presence.update(ScorerStatus.newBuilder()
                    .setRefused(
                            Refusal.newBuilder().setVersion(7).setAttempt(2).setReason("\n\u0000\"".repeat(100_000)))
                    .build());
            await().atMost(LIMIT).until(() -> registry.scorers().stream().anyMatch(ScorerStatus::hasRefused));

            Refusal refused = registry.scorers().get(0).getRefused();
            assertThat(refused.getVersion()).isEqualTo(7);
            assertThat(refused.getAttempt()).isEqualTo(2);
            assertThat(refused.getReason()).hasSize(1_000);
        }
    }

    @Test
    void aJobIdThatIsNoPlaceInZooKeeperIsRefused() {
        for (String jobId : List.of("", "..", "a/b", "a\u0000", "a".repeat(65))) {
            assertThatThrownBy(() -> ScorerPresence.announce(ZooKeeperAccess.open(zookeeper), model, jobId, 0, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private ScorerPresence announce(String at, int subtask) {
        return ScorerPresence.announce(ZooKeeperAccess.open(at), model, JOB, subtask, 1);
    }

    private static ScorerStatus serves(long version) {
        return ScorerStatus.newBuilder().setServes(version).addLoaded(version).build();
    }

    private void awaitServed(long version) {
        await().atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> registry.scorers().stream().anyMatch(scorer -> scorer.getServes() == version));
    }

    private void awaitScorers(int number) {
        await().atMost(LIMIT).ignoreExceptions().until(() -> registry.scorers().size() == number);
    }

    private long nodesSession() {
        return registry.znodes().read(path()).map(Znodes.Node::session).orElse(0L);
    }

    private String path() {
        return registry.znodes().scorer(JOB, 0);
    }
}
