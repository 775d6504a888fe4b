package io.inkstream.operators.scoring;

import static io.inkstream.operators.scoring.Scored.assertMadeBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.operators.TestModels;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.Prediction;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class GoldenScorerStateTest {
    @TempDir
    Path folder;

    @Test
    void theFirstReleasesScorerIsRestored() throws Exception {
        try (ScorerHarness scorer = new ScorerHarness(site())) {
            scorer.initializeState(golden("scorer-checkpoint-1.bin"));
            scorer.open();
            // The pointer is the checkpoint's: nothing was broadcast.
            Prediction first = scorer.score(GoldenScorerState.image("a"));
            assertMadeBy(GoldenScorerState.VERSION, first);
            assertThat(first.getSequence()).isEqualTo(3);
            assertThat(first.getDigitCount()).as("not counted then").isEqualTo(1);
            assertThat(scorer.score(GoldenScorerState.image("b")).getSequence()).isEqualTo(2);

            // And it is as new as it was.
            scorer.broadcast(TestModels.live(GoldenScorerState.MODEL, 1, GoldenScorerState.MOVE - 1));
            assertMadeBy(GoldenScorerState.VERSION, scorer.score(GoldenScorerState.image("a")));
        }
    }

    @Test
    void aScorerThatRemembersDigitsAndIdsIsRestored() throws Exception {
        try (ScorerHarness scorer = new ScorerHarness(site(), GoldenScorerState.REMEMBERING)) {
            scorer.initializeState(golden("scorer-checkpoint-2.bin"));
            scorer.open();
            scorer.send(GoldenScorerState.image("a"));
            assertThat(scorer.extractOutputValues()).as("sent again").isEmpty();

            Prediction third = scorer.score(
                    GoldenScorerState.image("a").toBuilder().setId("image-0 ").build());
            assertThat(third.getModelVersion()).isEqualTo(GoldenScorerState.VERSION);
            assertThat(third.getSequence()).isEqualTo(3);
            assertThat(third.getDigitCount()).isEqualTo(3);
            assertThat(third.getDigitConfidence()).isCloseTo(third.getProbabilities(third.getDigit()), within(1e-6f));
        }
    }

    private ModelSite site() throws Exception {
        String root = folder.resolve("root").toUri().toString();
        TestModels.writeFiles(root, GoldenScorerState.MODEL, GoldenScorerState.VERSION);
        TestModels.writeFiles(root, GoldenScorerState.MODEL, 1);
        return new ModelSite(
                root,
                "localhost:1",
                GoldenScorerState.MODEL,
                folder.resolve("cache").toString());
    }

    private OperatorSubtaskState golden(String name) throws Exception {
        Path file = folder.resolve("checkpoint");
        try (InputStream in = GoldenScorerStateTest.class.getResourceAsStream("/golden/" + name)) {
            Files.copy(in, file);
        }
        return OperatorSnapshotUtil.readStateHandle(file.toString());
    }
}
