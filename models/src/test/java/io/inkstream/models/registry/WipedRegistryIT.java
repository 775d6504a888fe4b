package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.cache.Moves;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.TrainerClaim;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A training job that finds all gone that ZooKeeper knew of its model. */
@ExtendWith(SandboxExtension.class)
@Timeout(60)
class WipedRegistryIT {
    private static final String JOB = "0a".repeat(16);
    private static final String OTHER_JOB = "0b".repeat(16);

    private String zookeeper;
    private String model;
    private ModelRegistry registry;
    private SharedClient client;

    @BeforeEach
    void openAnEmptyRegistry(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
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
    void usageExample() throws Exception {
        try (TrainerLease lease = acquire(JOB)) {
            lease.register(version(1));
            TrainerClaim before = registry.trainer().orElseThrow();
            wipe();

            assertThat(lease.register(version(2))).isTrue();
            assertThat(registry.trainer()).contains(before);
            assertThat(registry.versions()).containsExactly(2L);
            assertThat(registry.newest()).hasValue(2);
            assertThatThrownBy(() -> acquire(OTHER_JOB))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining(JOB);
            // What was published before may be published again.
            assertThat(lease.register(version(1))).isTrue();
            assertThat(registry.newest()).hasValue(2);
        }
        assertThat(registry.trainer()).isEmpty();
    }

    @Test
    void theFirstMoveAfterwardsIsNewerThanAllBefore() throws Exception {
        try (TrainerLease lease = acquire(JOB)) {
            for (int number = 1; number <= 3; number++) {
                lease.register(version(number));
                Live.advance(registry, number);
            }
            LivePointer before = registry.live().orElseThrow();
            wipe();
            lease.register(version(4));
            lease.propose(4, "newer");
            lease.advance();

            LivePointer after = registry.live().orElseThrow();
            assertThat(after.getVersion()).isEqualTo(4);
            assertThat(after.getMove()).isEqualTo(1);
            assertThat(Moves.isOlder(after, before)).isFalse();
        }
    }

    @Test
    void aNodeThatIsGoneAloneIsMadeAgain() throws Exception {
        try (TrainerLease lease = acquire(JOB)) {
            String run = registry.trainer().orElseThrow().getRun();
            client.curator().delete().forPath("/inkstream/" + model + "/epoch/" + run);
            lease.register(version(1));

            assertThat(registry.versions()).containsExactly(1L);
        }
    }

    @Test
    void anotherJobThatWasQuickerHasIt() throws Exception {
        try (TrainerLease before = acquire(JOB)) {
            wipe();
            try (TrainerLease other = acquire(OTHER_JOB)) {
                assertFenced(before);
                other.register(version(1));
            }
            // Not even when that one has gone.
            assertFenced(before);
        }
    }

    @Test
    void aRestartOfTheSameJobTakesOver() throws Exception {
        try (TrainerLease before = acquire(JOB)) {
            wipe();
            try (TrainerLease restarted = acquire(JOB)) {
                assertFenced(before);
                restarted.register(version(1));
            }
        }
    }

    @Test
    void aJobThatHadLostItStaysOutThoughEpochsComeAgain() throws Exception {
        try (TrainerLease zombie = acquire(JOB);
                TrainerLease restarted = acquire(JOB)) {
            restarted.verify();
            wipe();
            try (TrainerLease other = acquire(OTHER_JOB)) {
                assertThat(other.epoch()).isEqualTo(zombie.epoch());
                assertThat(revisionOfEpoch()).isEqualTo(zombie.epoch());
                assertFenced(zombie);
                assertFenced(restarted);
                other.register(version(1));
            }
        }
    }

    @Test
    void noTransactionTakesAnothersEpochForItsOwn() throws Exception {
        try (TrainerLease zombie = acquire(JOB)) {
            Znodes znodes = new Znodes(client, model);
            // It has made sure of its claim, and sleeps before the transaction.
            var checks = zombie.fence().checks();
            wipe();
            try (TrainerLease other = acquire(OTHER_JOB)) {
                assertThat(other.epoch()).isEqualTo(zombie.epoch());
                assertThat(revisionOfEpoch()).isEqualTo(zombie.epoch());

                assertThat(znodes.tryAll("wake", checks)).isFalse();
                assertThat(znodes.tryAll("be there", other.fence().checks())).isTrue();
            }
        }
    }

    @Test
    void whoHadLostItAndDoesNotKnowGivesItBack() throws Exception {
        try (TrainerLease zombie = acquire(JOB);
                TrainerLease restarted = acquire(JOB)) {
            wipe();
            zombie.verify();
            assertThat(registry.trainer().orElseThrow().getEpoch()).isEqualTo(zombie.epoch());

            restarted.register(version(1));
            assertThat(registry.trainer().orElseThrow().getEpoch()).isEqualTo(restarted.epoch());
            assertFenced(zombie);
        }
    }

    @RepeatedTest(10)
    void ofTwoAtOnceOneHasIt() throws Exception {
        try (TrainerLease before = acquire(JOB)) {
            wipe();
            CompletableFuture<Optional<TrainerLease>> newcomer = CompletableFuture.supplyAsync(() -> {
                try {
                    return Optional.of(acquire(OTHER_JOB));
                } catch (FencedException e) {
                    return Optional.empty();
                }
            });
            boolean restored = holds(before);
            Optional<TrainerLease> other = newcomer.get();
            try {
                assertThat(restored && holds(before)).isNotEqualTo(other.isPresent());
                String holder = other.isPresent() ? OTHER_JOB : JOB;
                assertThat(registry.trainer().orElseThrow().getJobId()).isEqualTo(holder);
            } finally {
                other.ifPresent(TrainerLease::close);
            }
        }
    }

    private static boolean holds(TrainerLease lease) {
        try {
            lease.verify();
            return true;
        } catch (FencedException e) {
            return false;
        }
    }

    private TrainerLease acquire(String job) {
        return TrainerLease.acquire(ZooKeeperAccess.open(zookeeper), model, job, Duration.ZERO);
    }

    private void assertFenced(TrainerLease lease) {
        for (Runnable change :
                new Runnable[] {lease::verify, () -> lease.register(version(9)), () -> lease.advance()}) {
            assertThatThrownBy(change::run)
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("lost model '" + model + "'");
        }
        assertThat(registry.version(9)).isEmpty();
    }

    private int revisionOfEpoch() {
        Znodes znodes = new Znodes(client, model);
        return znodes.read(znodes.epoch()).orElseThrow().revision();
    }

    private void wipe() throws Exception {
        client.curator().delete().deletingChildrenIfNeeded().forPath("/inkstream/" + model);
    }
}
