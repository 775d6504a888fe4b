package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionState;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A registry of nine versions, none of them live, and a clock that stands still. */
@ExtendWith(SandboxExtension.class)
abstract class OnNineVersions {
    static final String JOB = "0a".repeat(16);
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    final ManualClock clock = new ManualClock();
    ModelRegistry registry;
    TestScorers scorers;
    Rollout rollout;

    @BeforeEach
    void openARegistryOfNineVersions(Sandbox sandbox) {
        registry = ModelRegistry.open(sandbox.zookeeper(), sandbox.uniqueName("digits"));
        scorers = new TestScorers(registry);
        rollout = new Rollout(registry, TIMEOUT, clock);
        for (int number = 1; number <= 9; number++) {
            registry.register(version(number));
        }
    }

    @AfterEach
    void close() {
        registry.close();
    }

    void rollOut(long version) {
        propose(version);
        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
    }

    void propose(long version) {
        assertThat(rollout.propose(version, "training job", "newer", false)).isEqualTo(Proposal.ACCEPTED);
    }

    long live() {
        return registry.live().orElseThrow().getVersion();
    }

    VersionState state(long version) {
        return registry.version(version).map(ModelVersion::getState).orElseThrow();
    }

    String reason(long version) {
        return registry.version(version).map(ModelVersion::getReason).orElseThrow();
    }
}
