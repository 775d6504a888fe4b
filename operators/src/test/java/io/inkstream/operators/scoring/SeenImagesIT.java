package io.inkstream.operators.scoring;

import static io.inkstream.operators.scoring.Scored.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.inkstream.operators.TestModels;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SandboxExtension.class)
@Timeout(60)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class SeenImagesIT {
    private static final Duration HOUR = Duration.ofHours(1);

    private static final String MODEL = "seen-images";

    @TempDir
    Path folder;

    private ModelSite site;

    @BeforeEach
    void publish(Sandbox sandbox) throws Exception {
        String root = folder.resolve("root").toUri().toString();
        site = new ModelSite(
                root, sandbox.zookeeper(), MODEL, folder.resolve("cache").toString());
        TestModels.writeFiles(root, MODEL, 1);
    }

    @Test
    void anImageThatIsSentAgainIsScoredOnce() throws Exception {
        try (ScorerHarness scorer = opened(HOUR)) {
            scorer.send(image("a", 1));
            scorer.send(image("a", 2));
            scorer.send(image("a", 1));
            scorer.send(image("b", 1));
            scorer.send(image("a", 2));
            scorer.prepareSnapshotPreBarrier(1);

            assertThat(scorer.extractOutputValues())
                    .extracting(Prediction::getSource, Prediction::getId)
                    .containsExactly(tuple("a", "image-1"), tuple("a", "image-2"), tuple("b", "image-1"));
        }
    }

    @Test
    void idsAreRememberedThroughARestart() throws Exception {
        OperatorSubtaskState checkpoint;
        try (ScorerHarness scorer = opened(HOUR)) {
            scorer.send(image("a", 1));
            scorer.prepareSnapshotPreBarrier(1);
            checkpoint = scorer.snapshot(1, 0);
        }
        try (ScorerHarness restored = harness(HOUR)) {
            restored.initializeState(checkpoint);
            restored.open();
            restored.send(image("a", 1));
            restored.send(image("a", 2));
            restored.prepareSnapshotPreBarrier(2);

            assertThat(restored.extractOutputValues())
                    .extracting(Prediction::getId)
                    .containsExactly("image-2");
        }
    }

    @Test
    void idsAreForgottenAfterTheTime() throws Exception {
        try (ScorerHarness scorer = opened(HOUR)) {
            scorer.send(image("a", 1));
            scorer.setStateTtlProcessingTime(HOUR.toMillis() - 1);
            scorer.send(image("a", 1));
            scorer.setStateTtlProcessingTime(HOUR.toMillis() + 1);
            scorer.send(image("a", 1));
            scorer.prepareSnapshotPreBarrier(1);

            assertThat(scorer.extractOutputValues()).hasSize(2);
        }
    }

    @Test
    void imagesWithoutAnIdOfTheirOwnAreAllScored() throws Exception {
        try (ScorerHarness scorer = opened(HOUR)) {
            scorer.send(image("a", 1).toBuilder().setAnonymous(true).build());
            scorer.send(image("a", 1).toBuilder().setAnonymous(true).build());
            scorer.prepareSnapshotPreBarrier(1);

            assertThat(scorer.extractOutputValues()).hasSize(2);
        }
    }

    @Test
    void aSavepointOfAJobThatRemembersIsRestoredByOneThatDoesNotAndBack() throws Exception {
        OperatorSubtaskState with;
        try (ScorerHarness scorer = opened(HOUR)) {
            scorer.send(image("a", 1));
            scorer.prepareSnapshotPreBarrier(1);
            with = scorer.snapshot(1, 0);
        }
        OperatorSubtaskState without;
        try (ScorerHarness scorer = harness(null)) {
            scorer.initializeState(with);
            scorer.open();
            scorer.send(image("a", 1));
            scorer.prepareSnapshotPreBarrier(2);
            assertThat(scorer.extractOutputValues().get(0).getSequence()).isEqualTo(2);
            without = scorer.snapshot(2, 0);
        }
        try (ScorerHarness scorer = harness(Duration.ofMinutes(5))) {
            scorer.initializeState(without);
            scorer.open();
            scorer.send(image("a", 3));
            scorer.prepareSnapshotPreBarrier(3);
            assertThat(scorer.extractOutputValues().get(0).getSequence()).isEqualTo(3);
        }
    }

    private ScorerHarness opened(Duration memory) throws Exception {
        ScorerHarness scorer = harness(memory);
        scorer.open();
        scorer.broadcast(TestModels.live(MODEL, 1, 1));
        scorer.awaitLoaded();
        return scorer;
    }

    private ScorerHarness harness(Duration memory) throws Exception {
        return new ScorerHarness(site, new ScorerSettings(32, Duration.ofMinutes(1), memory));
    }
}
