package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.Evaluations.audit;
import static io.inkstream.operators.feedback.Evaluations.correction;
import static io.inkstream.operators.feedback.Evaluations.count;
import static io.inkstream.operators.feedback.Evaluations.outcome;
import static io.inkstream.operators.feedback.Evaluations.truth;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.accuracy.Judged;
import io.inkstream.schemas.v1.LiveAccuracyState;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class LiveAccuracyTest {
    @Test
    void usageExample() throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(outcome(12, 7, truth(7)), 1);
            accuracy.send(outcome(12, 1, truth(7)), 2);
            accuracy.send(outcome(12, 3, audit(3)), 3);
            LiveEvaluation told = accuracy.tell().get(0);

            assertThat(told.getModel()).isEqualTo("digits");
            assertThat(told.getVersion()).isEqualTo(12);
            assertThat(told.getSequence()).isEqualTo(1);
            assertThat(Judged.of(told.getTotal())).isEqualTo(new Judged(3, 2));
            assertThat(count(told.getTotal(), 7, 1)).isEqualTo(1);
            assertThat(Judged.of(told.getRandomAudit())).isEqualTo(new Judged(1, 1));
            assertThat(told.getWindow()).isEqualTo(told.getTotal());
            assertThat(told.getUpdated().getSeconds()).isEqualTo(1);
        }
    }

    @Test
    void aVersionIsToldAtMostOnceASecondAndOnlyWhereThereIsNews() throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(outcome(12, 7, truth(7)), 1);
            accuracy.setProcessingTime(LiveAccuracy.PERIOD_MS - 1);
            accuracy.send(outcome(12, 7, truth(7)), 2);
            accuracy.send(outcome(13, 7, truth(7)), 2);
            assertThat(accuracy.extractOutputValues()).isEmpty();
            accuracy.setProcessingTime(LiveAccuracy.PERIOD_MS);

            assertThat(accuracy.extractOutputValues())
                    .extracting(LiveEvaluation::getVersion)
                    .containsExactly(12L);
            assertThat(accuracy.tell()).hasSize(2);
            assertThat(accuracy.tell()).isEmpty();
            accuracy.send(outcome(12, 7, truth(7)), 3);
            assertThat(accuracy.tell()).extracting(LiveEvaluation::getSequence).containsExactly(2L);
        }
    }

    @Test
    void aCorrectionTakesBackWhatItReplaces() throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(outcome(12, 7, audit(7)), 1);
            accuracy.send(outcome(12, 7, audit(7)), 1);
            accuracy.send(correction(12, 7, audit(7), truth(1)), 2);
            LiveEvaluation told = accuracy.tell().get(0);

            assertThat(Judged.of(told.getTotal())).isEqualTo(new Judged(2, 1));
            assertThat(count(told.getTotal(), 1, 7)).isEqualTo(1);
            assertThat(Judged.of(told.getRandomAudit()))
                    .as("it is no audit any more")
                    .isEqualTo(new Judged(1, 1));
            assertThat(Judged.of(told.getWindow())).as("one more, as it came").isEqualTo(new Judged(3, 2));
        }
    }

    @Test
    void aCorrectionOfWhatIsForgottenTakesNothingBack() throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(correction(12, 7, audit(7), audit(1)), 2);

            assertThat(Judged.of(accuracy.tell().get(0).getTotal())).isEqualTo(new Judged(1, 0));
        }
    }

    @Test
    void theWindowIsOfAboutTheLatestThousand() throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            for (int i = 0; i < 1_500; i++) {
                accuracy.send(outcome(12, 7, truth(7)), i);
            }
            for (int i = 0; i < 1_050; i++) {
                accuracy.send(outcome(12, 1, truth(7)), i);
            }
            LiveEvaluation told = accuracy.tell().get(0);

            assertThat(Judged.of(told.getTotal())).isEqualTo(new Judged(2_550, 1_500));
            assertThat(Judged.of(told.getWindow()).labels()).isBetween(900L, 1_000L);
            assertThat(Judged.of(told.getWindow()).correct()).isZero();
        }
    }

    @Test
    void countsGoOnAfterARestoreAndWhatWasNotToldIsTold() throws Exception {
        OperatorSubtaskState state;
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(outcome(12, 7, truth(7)), 1);
            accuracy.tell();
            accuracy.send(outcome(12, 1, audit(7)), 2);
            state = accuracy.snapshot(1, 0);
            accuracy.send(outcome(12, 1, truth(7)), 3);
        }
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.initializeState(state);
            accuracy.open();
            accuracy.setProcessingTime(LiveAccuracy.PERIOD_MS);
            LiveEvaluation told = accuracy.tell().get(0);

            assertThat(Judged.of(told.getTotal())).isEqualTo(new Judged(2, 1));
            assertThat(Judged.of(told.getRandomAudit())).isEqualTo(new Judged(1, 0));
            assertThat(told.getSequence()).isEqualTo(2);
        }
    }

    @Test
    void countsGoOnThroughTwoSubtasksAndBack() throws Exception {
        OperatorSubtaskState one;
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            for (long version = 1; version <= 20; version++) {
                accuracy.send(outcome(version, 7, truth(7)), 1);
            }
            one = accuracy.snapshot(1, 0);
        }
        List<OperatorSubtaskState> two = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (AccuracyHarness accuracy = restored(one, 1, 2, subtask)) {
                for (long version = 1; version <= 20; version++) {
                    if (subtaskOf(version) == subtask) {
                        accuracy.send(outcome(version, 1, truth(7)), 2);
                    }
                }
                two.add(accuracy.snapshot(2, 0));
            }
        }
        OperatorSubtaskState both =
                AbstractStreamOperatorTestHarness.repackageState(two.toArray(OperatorSubtaskState[]::new));
        try (AccuracyHarness accuracy = restored(both, 2, 1, 0)) {
            List<LiveEvaluation> told = accuracy.tell();

            assertThat(told).hasSize(20);
            assertThat(told).extracting(LiveEvaluation::getVersion).doesNotHaveDuplicates();
            assertThat(told)
                    .allMatch(evaluation -> Judged.of(evaluation.getTotal()).equals(new Judged(2, 1)));
        }
    }

    private static AccuracyHarness restored(OperatorSubtaskState state, int from, int to, int subtask)
            throws Exception {
        AccuracyHarness accuracy = new AccuracyHarness(to, subtask);
        accuracy.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, AccuracyHarness.MAX_PARALLELISM, from, to, subtask));
        accuracy.open();
        return accuracy;
    }

    private static int subtaskOf(long version) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(version, AccuracyHarness.MAX_PARALLELISM, 2);
    }

    @Test
    void aVersionWithoutOutcomesIsForgottenWithItsTimers() throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(outcome(12, 7, truth(7)), 0);
            accuracy.send(outcome(12, 7, truth(7)), 60_000);
            accuracy.tell();
            accuracy.processWatermark(AccuracyHarness.MEMORY_MS + 59_999);
            assertThat(accuracy.numKeyedStateEntries()).isEqualTo(1);
            assertThat(accuracy.numEventTimeTimers()).isEqualTo(1);
            accuracy.processWatermark(AccuracyHarness.MEMORY_MS + 60_000);

            assertThat(accuracy.numKeyedStateEntries()).isZero();
            assertThat(accuracy.numEventTimeTimers()).isZero();
            assertThat(accuracy.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void whatWasNotToldYetIsToldBeforeAVersionIsForgotten() throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(outcome(12, 7, truth(7)), 1);
            accuracy.processWatermark(AccuracyHarness.MEMORY_MS + 1);

            assertThat(accuracy.extractOutputValues()).hasSize(1);
            accuracy.getOutput().clear();
            assertThat(accuracy.tell()).isEmpty();
            assertThat(accuracy.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void aJobThatIsDrainedTellsTheLastAndKeepsTheCounts() throws Exception {
        OperatorSubtaskState state;
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(outcome(12, 7, truth(7)), 1);
            accuracy.processWatermark(Long.MAX_VALUE);
            assertThat(accuracy.extractOutputValues()).hasSize(1);
            state = accuracy.snapshot(1, 0);
        }
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.initializeState(state);
            accuracy.open();
            accuracy.send(outcome(12, 7, truth(7)), 2);
            assertThat(Judged.of(accuracy.tell().get(0).getTotal())).isEqualTo(new Judged(2, 2));
            assertThat(accuracy.numEventTimeTimers()).isEqualTo(1);
        }
    }

    @Test
    void aStateOfALaterReleaseIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> LiveCounts.require(
                        LiveAccuracyState.newBuilder().setFormat(2).build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has format 2, this release reads 1: upgrade Inkstream");
    }
}
