package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Rollout;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.VersionState;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
@Timeout(300)
class RefusedVersionIT {
    private final Digits digits = new Digits(100);

    @Test
    void whatOneScorerRefusesServesNobodyAndAPersonMayGoBack(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox);
                Versions versions = new Versions(loop.connections(), digits)) {
            JobClient job = loop.submit(loop.scoring());
            ModelRegistry registry = loop.registry();
            Rollout rollout = new Rollout(registry);
            await().atMost(Loop.PATIENCE).until(() -> registry.scorers().size() == 2);
            versions.publish(registry, 1);
            versions.publish(registry, 2);
            versions.publish(registry, 3, 4);
            rollout.propose(1, "a test", "", false);
            await().atMost(Loop.PATIENCE).until(() -> live(registry) == 1);
            rollout.propose(2, "a test", "", false);
            await().atMost(Loop.PATIENCE).until(() -> allServe(registry, 2));

            rollout.propose(3, "a test", "", false);
            await().atMost(Loop.PATIENCE).until(() -> state(registry, 3) == VersionState.REJECTED);
            assertThat(registry.version(3).orElseThrow().getReason())
                    .contains("refused by scorer", "otherwise than the trainer did");
            assertThat(live(registry)).isEqualTo(2);
            loop.produceUnlabeled(digits.next(0, 20), "a", "b");
            assertThat(loop.awaitPredictions(20))
                    .extracting(Prediction::getModelVersion)
                    .containsOnly(2L);

            rollout.propose(1, "anna", "it was better", true);
            await().atMost(Loop.PATIENCE).until(() -> allServe(registry, 1));
            loop.produceUnlabeled(digits.next(20, 20), "a", "b");
            assertThat(loop.awaitPredictions(40).subList(20, 40))
                    .extracting(Prediction::getModelVersion)
                    .containsOnly(1L);
            loop.flink().assertNeverFailed(job);
        }
    }

    private static long live(ModelRegistry registry) {
        return registry.live().map(LivePointer::getVersion).orElse(0L);
    }

    private static boolean allServe(ModelRegistry registry, long version) {
        return live(registry) == version
                && registry.scorers().stream().allMatch(scorer -> scorer.getServes() == version);
    }

    private static VersionState state(ModelRegistry registry, long version) {
        return registry.version(version).map(ModelVersion::getState).orElseThrow();
    }
}
