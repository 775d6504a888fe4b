package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Proposal;
import io.inkstream.models.registry.Rollout;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScorerStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Versions go live one after the other while images come in all the time. */
@ExtendWith(SandboxExtension.class)
@Timeout(600)
class RolloutUnderLoadIT {
    /** Under a second each; {@code bench/run rollouts} does the same with 200. */
    private static final int VERSIONS = 60;

    private static final int SCORERS = 4;
    private static final int IMAGES_AT_ONCE = 40;
    private static final String[] SOURCES = {"a", "b", "c", "d", "e", "f", "g", "h"};

    private final Digits digits = new Digits(1_000);
    private long produced;

    @Test
    void eachPredictionIsOfTheVersionItNamesAndNoSourceGoesBack(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox);
                Versions versions = new Versions(loop.connections(), digits)) {
            JobClient job = loop.submit(loop.scoring().withParallelism(SCORERS));
            ModelRegistry registry = loop.registry();
            await().atMost(Loop.PATIENCE).until(() -> registry.scorers().size() == SCORERS);
            for (long number = 1; number <= VERSIONS; number++) {
                versions.publish(registry, number);
                rollOut(loop, number);
                await().atMost(Loop.PATIENCE).until(() -> allServe(registry));
            }

            assertThat(registry.history())
                    .extracting(Move::getTo)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, VERSIONS).boxed().toList());
            List<Prediction> predictions = loop.awaitPredictions((int) produced);
            assertThat(predictions).hasSize((int) produced);
            assertOrder(predictions);
            for (Prediction prediction : predictions) {
                assertThat(prediction.getProbabilitiesList())
                        .isEqualTo(versions.scoreAgain(prediction, digits.pixelsOf(prediction.getId())));
            }
            loop.flink().assertNeverFailed(job);
        }
    }

    /** Images come in until the version is live: nothing but all the scorers' word can have moved it. */
    private void rollOut(Loop loop, long number) {
        assertThat(new Rollout(loop.registry()).propose(number, "a test", "", false))
                .isEqualTo(Proposal.ACCEPTED);
        await().atMost(Loop.PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
            loop.produceUnlabeled(digits.next(produced, IMAGES_AT_ONCE), SOURCES);
            produced += IMAGES_AT_ONCE;
            return loop.registry().live().map(LivePointer::getVersion).orElse(0L) == number;
        });
    }

    private static boolean allServe(ModelRegistry registry) {
        long live = registry.live().orElseThrow().getVersion();
        List<ScorerStatus> scorers = registry.scorers();
        return scorers.size() == SCORERS
                && scorers.stream().allMatch(scorer -> scorer.getServes() == live && !scorer.hasRefused());
    }

    private static void assertOrder(List<Prediction> predictions) {
        Map<String, Prediction> latest = new HashMap<>();
        for (Prediction prediction : predictions) {
            Prediction before = latest.put(prediction.getSource(), prediction);
            if (before != null) {
                assertThat(prediction.getSequence()).isEqualTo(before.getSequence() + 1);
                assertThat(prediction.getModelVersion()).isGreaterThanOrEqualTo(before.getModelVersion());
            }
        }
        assertThat(latest).hasSize(SOURCES.length);
    }
}
