package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a training job may delete. */
@ExtendWith(SandboxExtension.class)
class DeletionIT {
    private ModelRegistry registry;
    private TrainerLease lease;

    @BeforeEach
    void openAnEmptyRegistry(Sandbox sandbox) {
        String model = sandbox.uniqueName("digits");
        registry = ModelRegistry.open(sandbox.zookeeper(), model);
        lease = TrainerLease.acquire(ZooKeeperAccess.open(sandbox.zookeeper()), model, "0a".repeat(16), Duration.ZERO);
    }

    @AfterEach
    void close() {
        lease.close();
        registry.close();
    }

    @Test
    void theLiveVersionIsNeverDeleted() {
        lease.register(version(1));
        lease.register(version(2));
        Live.advance(registry, 2);

        assertThat(lease.deleteUnlessLive(2)).isFalse();
        assertThat(lease.deleteUnlessLive(1)).isTrue();
        assertThat(lease.deleteUnlessLive(1)).isTrue();
        assertThat(registry.versions()).containsExactly(2L);
    }

    @Test
    void neitherTheCandidateNorTheOneToRollBackToIsDeleted() {
        for (int number = 1; number <= 4; number++) {
            lease.register(version(number));
        }
        Live.advance(registry, 1);
        Live.advance(registry, 2);
        Live.advance(registry, 3);
        lease.propose(4, "newer");

        assertThat(lease.deleteUnlessLive(4)).isFalse();
        assertThat(lease.deleteUnlessLive(3)).isFalse();
        assertThat(lease.deleteUnlessLive(2)).isFalse();
        assertThat(lease.deleteUnlessLive(1)).isTrue();
        assertThat(registry.versions()).containsExactly(2L, 3L, 4L);

        new Rollout(registry).withdraw(4, "a test", "not yet");
        assertThat(lease.deleteUnlessLive(4)).isTrue();
    }
}
