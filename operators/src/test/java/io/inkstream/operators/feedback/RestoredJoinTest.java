package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.JoinHarness.image;
import static io.inkstream.operators.feedback.JoinHarness.label;
import static io.inkstream.operators.feedback.JoinHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class RestoredJoinTest {
    private static final long TTL = JoinHarness.TTL.toMillis();

    private static final List<String> IDS =
            IntStream.range(0, 20).mapToObj(i -> "image-" + i).toList();

    @Test
    void aJoinGoesOnWhereItsCheckpointWasTaken() throws Exception {
        OperatorSubtaskState state;
        try (JoinHarness join = JoinHarness.started()) {
            join.send(image("a", 100));
            join.send(served("a", 100, 7, 1));
            join.send(label("a", 200, 1));
            join.send(label("b", 100, 4));
            state = join.snapshot(1, 0);
            join.send(label("a", 300, 2));
        }
        try (JoinHarness join = new JoinHarness()) {
            join.initializeState(state);
            join.open();
            join.send(label("a", 300, 4));
            assertThat(join.trainedDigits()).containsExactly(4);
            assertThat(join.outcomes())
                    .extracting(outcome -> outcome.getReplaced().getDigit())
                    .containsExactly(1);

            join.processWatermark(300 + TTL);
            assertThat(join.rejected()).extracting(Rejected::getOffset).containsExactly(40L);
            assertThat(join.numKeyedStateEntries()).isZero();
            assertThat(join.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void aJoinGoesOnThroughTwoSubtasksAndBack() throws Exception {
        OperatorSubtaskState one;
        try (JoinHarness join = JoinHarness.started()) {
            for (String id : IDS) {
                join.send(image(id, 100));
                join.send(served(id, 100, 7, 1));
            }
            join.send(label("unknown", 100, 4));
            one = join.snapshot(1, 0);
        }
        List<String> trained = new ArrayList<>();
        List<OperatorSubtaskState> two = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (JoinHarness join = restored(one, 1, 2, subtask)) {
                for (String id : ofSubtask(subtask)) {
                    join.send(label(id, 200, 4));
                }
                trained.addAll(ids(join.trained()));
                assertThat(join.outcomes()).hasSameSizeAs(ofSubtask(subtask));
                two.add(join.snapshot(2, 0));
            }
        }
        assertThat(trained).containsExactlyInAnyOrderElementsOf(IDS);

        OperatorSubtaskState both =
                AbstractStreamOperatorTestHarness.repackageState(two.toArray(OperatorSubtaskState[]::new));
        try (JoinHarness join = restored(both, 2, 1, 0)) {
            for (String id : IDS) {
                join.send(label(id, 300, 5));
            }
            assertThat(ids(join.trained())).isEqualTo(IDS);
            assertThat(join.outcomes()).hasSize(IDS.size()).allMatch(Outcome::hasReplaced);

            join.processWatermark(300 + TTL);
            assertThat(join.rejected()).hasSize(1);
            assertThat(join.numKeyedStateEntries()).isZero();
            assertThat(join.numEventTimeTimers()).isZero();
        }
    }

    private static JoinHarness restored(OperatorSubtaskState state, int from, int to, int subtask) throws Exception {
        JoinHarness join = new JoinHarness(to, subtask);
        join.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, JoinHarness.MAX_PARALLELISM, from, to, subtask));
        join.open();
        return join;
    }

    private static List<String> ofSubtask(int subtask) {
        return IDS.stream()
                .filter(id -> KeyGroupRangeAssignment.assignKeyToParallelOperator(id, JoinHarness.MAX_PARALLELISM, 2)
                        == subtask)
                .toList();
    }

    private static List<String> ids(List<LabeledImage> images) {
        return images.stream().map(image -> image.getImage().getId()).toList();
    }
}
