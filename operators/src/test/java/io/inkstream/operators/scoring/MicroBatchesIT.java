package io.inkstream.operators.scoring;

import static io.inkstream.operators.scoring.Scored.assertMadeBy;
import static io.inkstream.operators.scoring.Scored.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.operators.TestModels;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScoringRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SandboxExtension.class)
@Timeout(60)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class MicroBatchesIT {
    private static final Duration DELAY = Duration.ofMillis(20);

    private static final String MODEL = "micro-batches";

    @TempDir
    Path folder;

    private String root;
    private ModelSite site;

    @BeforeEach
    void publish(Sandbox sandbox) throws Exception {
        root = folder.resolve("root").toUri().toString();
        site = new ModelSite(
                root, sandbox.zookeeper(), MODEL, folder.resolve("cache").toString());
        TestModels.writeFiles(root, MODEL, 1);
        TestModels.writeFiles(root, MODEL, 2);
    }

    @Test
    void imagesOfAllSourcesAreScoredTogetherWhenTheBatchIsFull() throws Exception {
        try (ScorerHarness scorer = opened(new ScorerSettings(4, Duration.ofMinutes(1), null))) {
            send(scorer, "a", "b", "a");
            assertThat(scorer.extractOutputValues()).isEmpty();

            send(scorer, "c", "a");

            List<Prediction> predictions = scorer.extractOutputValues();
            assertThat(predictions).extracting(Prediction::getSource).containsExactly("a", "b", "a", "c");
            assertThat(predictions)
                    .extracting(Prediction::getId)
                    .containsExactly("image-0", "image-1", "image-2", "image-0");
            assertThat(predictions).extracting(Prediction::getSequence).containsExactly(1L, 1L, 2L, 1L);
            for (Prediction prediction : predictions) {
                assertMadeBy(1, prediction);
            }
        }
    }

    @Test
    void whatIsCollectedIsScoredAsSoonAsNothingElseIsThere() throws Exception {
        try (ScorerHarness scorer = opened(new ScorerSettings(4, Duration.ZERO, null))) {
            send(scorer, "a", "b");
            assertThat(scorer.extractOutputValues()).isEmpty();

            scorer.idle();

            assertThat(scorer.extractOutputValues()).hasSize(2);
        }
    }

    @Test
    void whatIsCollectedIsScoredAfterTheDelay() throws Exception {
        try (ScorerHarness scorer = opened(new ScorerSettings(4, DELAY, null))) {
            send(scorer, "a", "b");
            scorer.idle();
            assertThat(scorer.extractOutputValues()).isEmpty();

            awaitScored(scorer, 2);

            send(scorer, "a");
            awaitScored(scorer, 3);
        }
    }

    /** The harness has a clock of its own; a batch's age is real. */
    private static void awaitScored(ScorerHarness scorer, int count) throws Exception {
        while (scorer.extractOutputValues().size() < count) {
            scorer.setProcessingTime(scorer.getProcessingTime() + DELAY.toMillis());
        }
    }

    @Test
    void whatIsCollectedIsScoredBeforeABarrierAndNeedsNoState() throws Exception {
        OperatorSubtaskState checkpoint;
        try (ScorerHarness scorer = opened(new ScorerSettings(4, Duration.ofMinutes(1), null))) {
            send(scorer, "a", "b");
            scorer.prepareSnapshotPreBarrier(1);
            assertThat(scorer.extractOutputValues()).hasSize(2);
            checkpoint = scorer.snapshot(1, 0);
        }
        try (ScorerHarness restored = new ScorerHarness(site, new ScorerSettings(1, Duration.ZERO, null))) {
            restored.initializeState(checkpoint);
            restored.open();

            assertThat(restored.score(image("a", 5)).getSequence()).isEqualTo(2);
        }
    }

    @Test
    void theLastBatchIsScoredAtTheEndOfTheInput() throws Exception {
        try (ScorerHarness scorer = opened(new ScorerSettings(4, Duration.ofMinutes(1), null))) {
            send(scorer, "a", "b");
            scorer.finish();

            assertThat(scorer.extractOutputValues()).hasSize(2);
        }
    }

    @Test
    void aBatchIsScoredByOneVersionThoughLiveMovedWhileItWasCollected() throws Exception {
        try (ScorerHarness scorer = opened(new ScorerSettings(3, Duration.ofMinutes(1), null))) {
            send(scorer, "a", "b");
            scorer.broadcast(TestModels.live(MODEL, 2, 2));
            scorer.awaitLoaded();
            send(scorer, "a");

            for (Prediction prediction : scorer.extractOutputValues()) {
                assertMadeBy(2, prediction);
            }
            assertThat(scorer.extractOutputValues()).hasSize(3);
        }
    }

    @Test
    void moreSourcesThanAreKeptInMemoryAreAllRemembered() throws Exception {
        int all = SourceHistories.IN_MEMORY + 100;
        OperatorSubtaskState checkpoint;
        try (ScorerHarness scorer = opened(new ScorerSettings(64, Duration.ofMinutes(1), null))) {
            for (int round = 0; round < 2; round++) {
                for (int source = 0; source < all; source++) {
                    scorer.send(image("source-" + source, 0));
                }
            }
            scorer.prepareSnapshotPreBarrier(1);
            assertThat(scorer.extractOutputValues().subList(all, 2 * all))
                    .allSatisfy(
                            prediction -> assertThat(prediction.getSequence()).isEqualTo(2));
            checkpoint = scorer.snapshot(1, 0);
        }
        try (ScorerHarness restored = new ScorerHarness(site, new ScorerSettings(1, Duration.ZERO, null))) {
            restored.initializeState(checkpoint);
            restored.open();
            for (int source : new int[] {0, 99, 100, all - 1}) {
                assertThat(restored.score(image("source-" + source, 1)).getSequence())
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void eachSourceRemembersWhatIsUsualForADigit() throws Exception {
        try (ScorerHarness scorer = opened(new ScorerSettings(1, Duration.ZERO, null))) {
            Prediction first = scorer.score(image("a", 0));
            scorer.score(image("b", 0));
            Prediction again = scorer.score(image("a", 0));

            float probability = first.getProbabilities(first.getDigit());
            assertThat(first.getDigitCount()).isEqualTo(1);
            assertThat(first.getDigitConfidence()).isEqualTo(probability);
            assertThat(again.getDigitCount()).isEqualTo(2);
            assertThat(again.getDigitConfidence()).isCloseTo(probability, within(1e-6f));
        }
    }

    private ScorerHarness opened(ScorerSettings settings) throws Exception {
        ScorerHarness scorer = new ScorerHarness(site, settings);
        scorer.open();
        scorer.broadcast(TestModels.live(MODEL, 1, 1));
        scorer.awaitLoaded();
        return scorer;
    }

    /** One image for each; the i-th is the sample i. */
    private static void send(ScorerHarness scorer, String... sources) throws Exception {
        List<ScoringRequest> requests = new ArrayList<>();
        for (String source : sources) {
            requests.add(image(source, requests.size()));
        }
        for (ScoringRequest request : requests) {
            scorer.send(request);
        }
    }
}
