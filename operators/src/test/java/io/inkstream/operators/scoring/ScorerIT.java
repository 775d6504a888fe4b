package io.inkstream.operators.scoring;

import static io.inkstream.operators.scoring.Scored.assertMadeBy;
import static io.inkstream.operators.scoring.Scored.image;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.inkstream.operators.TestModels;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScoringRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SandboxExtension.class)
@Timeout(120)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class ScorerIT {
    @TempDir
    Path cache;

    private String root;
    private String zookeeper;
    private String model;
    private ModelSite site;

    @BeforeEach
    void nameAModel(Sandbox sandbox) {
        root = sandbox.hdfs() + "/" + sandbox.uniqueName("scorer");
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
        site = new ModelSite(root, zookeeper, model, cache.toString());
    }

    @Test
    void usageExample() throws Exception {
        TestModels.writeFiles(root, model, 1);
        ScoringRequest request = image("scanner", 3).toBuilder()
                .setCaptured(Timestamp.newBuilder().setSeconds(1))
                .setReceived(Timestamp.newBuilder().setSeconds(2))
                .build();
        try (ScorerHarness scorer = scorer()) {
            scorer.open();
            scorer.broadcast(TestModels.live(model, 1, 1));
            Prediction prediction = scorer.score(request);

            assertThat(prediction.getId()).isEqualTo("image-3");
            assertThat(prediction.getSource()).isEqualTo("scanner");
            assertThat(prediction.getCaptured().getSeconds()).isEqualTo(1);
            assertThat(prediction.getReceived().getSeconds()).isEqualTo(2);
            assertThat(prediction.hasScored()).isTrue();
            assertThat(prediction.getSequence()).isEqualTo(1);
            assertMadeBy(1, prediction);
            // The record's event time stays the image's.
            assertThat(scorer.extractOutputStreamRecords().get(0).getTimestamp())
                    .isEqualTo(5);
        }
    }

    @Test
    void eachPredictionNamesTheVersionThatMadeItThroughASwap() throws Exception {
        TestModels.writeFiles(root, model, 1);
        TestModels.writeFiles(root, model, 2);
        try (ScorerHarness scorer = scorer()) {
            scorer.open();
            scorer.broadcast(TestModels.live(model, 1, 1));
            scorer.awaitLoaded();
            List<Prediction> predictions = new ArrayList<>();
            predictions.add(scorer.score(image("a", 0)));
            scorer.broadcast(TestModels.live(model, 2, 2));
            // It is loaded beside the task, and put in place only when the task takes it.
            predictions.add(scorer.score(image("a", 1)));
            scorer.awaitLoaded();
            predictions.add(scorer.score(image("a", 2)));
            predictions.add(scorer.score(image("a", 3)));

            assertThat(predictions).extracting(Prediction::getModelVersion).containsExactly(1L, 1L, 2L, 2L);
            assertThat(predictions).extracting(Prediction::getSequence).containsExactly(1L, 2L, 3L, 4L);
            for (Prediction prediction : predictions) {
                assertMadeBy(prediction.getModelVersion(), prediction);
            }
        }
    }

    @Test
    void aRollbackIsANewerMoveToAnOlderVersion() throws Exception {
        TestModels.writeFiles(root, model, 1);
        TestModels.writeFiles(root, model, 2);
        try (ScorerHarness scorer = scorer()) {
            scorer.open();
            scorer.broadcast(TestModels.live(model, 2, 7));
            scorer.awaitLoaded();
            scorer.broadcast(TestModels.live(model, 1, 8));
            scorer.awaitLoaded();

            assertMadeBy(1, scorer.score(image("a", 0)));
        }
    }

    @Test
    void anImageThatIsQuickerThanTheBroadcastIsScoredByTheRegistrysVersion() throws Exception {
        TestModels.writeFiles(root, model, 1);
        TestModels.makeLive(zookeeper, model, 1);
        try (ScorerHarness scorer = scorer()) {
            scorer.open();

            assertMadeBy(1, scorer.score(image("a", 0)));
        }
    }

    @Test
    void whatCannotBeLoadedLeavesTheOldVersionInUseAndIsTriedAgain() throws Exception {
        TestModels.writeFiles(root, model, 1);
        try (ScorerHarness scorer = scorer()) {
            scorer.open();
            scorer.broadcast(TestModels.live(model, 1, 1));
            scorer.awaitLoaded();
            scorer.broadcast(TestModels.live(model, 2, 2));
            assertMadeBy(1, scorer.score(image("a", 0)));

            TestModels.writeFiles(root, model, 2);
            scorer.awaitLoaded();

            assertMadeBy(2, scorer.score(image("a", 1)));
        }
    }

    @Test
    void aVersionThatCannotBeLoadedIsGivenUpForTheNext() throws Exception {
        TestModels.writeFiles(root, model, 1);
        TestModels.writeFiles(root, model, 3);
        try (ScorerHarness scorer = scorer()) {
            scorer.open();
            scorer.broadcast(TestModels.live(model, 1, 1));
            scorer.awaitLoaded();
            scorer.broadcast(TestModels.live(model, 2, 2));
            scorer.broadcast(TestModels.live(model, 3, 3));
            scorer.awaitLoaded();

            assertMadeBy(3, scorer.score(image("a", 0)));
        }
    }

    @Test
    void aPointerOlderThanTheKnownOneIsIgnoredAlsoAfterARestart() throws Exception {
        TestModels.writeFiles(root, model, 1);
        TestModels.writeFiles(root, model, 2);
        OperatorSubtaskState checkpoint;
        try (ScorerHarness scorer = scorer()) {
            scorer.open();
            scorer.broadcast(TestModels.live(model, 2, 2));
            scorer.awaitLoaded();
            scorer.broadcast(TestModels.live(model, 1, 1));

            assertMadeBy(2, scorer.score(image("a", 0)));
            checkpoint = scorer.snapshot(1, 0);
        }
        try (ScorerHarness restored = scorer()) {
            restored.initializeState(checkpoint);
            restored.open();

            assertMadeBy(2, restored.score(image("a", 1)));
        }
    }

    @Test
    void sequencesAndVersionSurviveARestart() throws Exception {
        TestModels.writeFiles(root, model, 1);
        OperatorSubtaskState checkpoint;
        try (ScorerHarness scorer = scorer()) {
            scorer.open();
            scorer.broadcast(TestModels.live(model, 1, 1));
            scorer.score(image("a", 0));
            scorer.score(image("a", 1));
            scorer.score(image("b", 2));
            checkpoint = scorer.snapshot(1, 0);
            scorer.score(image("a", 3));
        }
        try (ScorerHarness restored = scorer()) {
            restored.initializeState(checkpoint);
            restored.open();

            // No broadcast came yet: the checkpoint knows the version.
            Prediction again = restored.score(image("a", 3));
            assertMadeBy(1, again);
            assertThat(again.getSequence()).isEqualTo(3);
            assertThat(restored.score(image("b", 4)).getSequence()).isEqualTo(2);
            assertThat(restored.score(image("c", 5)).getSequence()).isEqualTo(1);
        }
    }

    @Test
    void sequencesGoOnThroughTwoSubtasksAndBack() throws Exception {
        TestModels.writeFiles(root, model, 1);
        List<String> sources = List.of("a", "b", "c", "d", "e", "f", "g", "h");
        Map<String, List<Long>> sequences = new HashMap<>();
        OperatorSubtaskState one;
        try (ScorerHarness scorer = scorer()) {
            scorer.open();
            scorer.broadcast(TestModels.live(model, 1, 1));
            scoreAll(scorer, sources, sequences);
            one = scorer.snapshot(1, 0);
        }
        List<OperatorSubtaskState> two = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            List<String> own = ofSubtask(sources, subtask);
            assertThat(own).isNotEmpty();
            try (ScorerHarness scorer = new ScorerHarness(site, 2, subtask)) {
                scorer.initializeState(rescaled(one, 1, 2, subtask));
                scorer.open();
                scoreAll(scorer, own, sequences);
                two.add(scorer.snapshot(2, 0));
            }
        }
        OperatorSubtaskState both =
                AbstractStreamOperatorTestHarness.repackageState(two.toArray(OperatorSubtaskState[]::new));
        try (ScorerHarness scorer = scorer()) {
            scorer.initializeState(rescaled(both, 2, 1, 0));
            scorer.open();
            scoreAll(scorer, sources, sequences);
        }

        assertThat(sequences).hasSize(sources.size());
        assertThat(sequences.values())
                .allSatisfy(sequence -> assertThat(sequence).containsExactly(1L, 2L, 3L));
    }

    private static OperatorSubtaskState rescaled(OperatorSubtaskState state, int from, int to, int subtask) {
        return AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, ScorerHarness.MAX_PARALLELISM, from, to, subtask);
    }

    private static List<String> ofSubtask(List<String> sources, int subtask) {
        return sources.stream()
                .filter(source ->
                        KeyGroupRangeAssignment.assignKeyToParallelOperator(source, ScorerHarness.MAX_PARALLELISM, 2)
                                == subtask)
                .toList();
    }

    private static void scoreAll(ScorerHarness scorer, List<String> sources, Map<String, List<Long>> sequences)
            throws Exception {
        for (String source : sources) {
            sequences
                    .computeIfAbsent(source, first -> new ArrayList<>())
                    .add(scorer.score(image(source, 0)).getSequence());
        }
    }

    private ScorerHarness scorer() throws Exception {
        return new ScorerHarness(site);
    }
}
