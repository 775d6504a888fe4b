package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.operators.GoldenStates;
import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.TrainerUpdate;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenTrainerStateTest {
    @Test
    void theFirstReleasesTrainerGoesOn() throws IOException {
        byte[] golden = GoldenStates.golden("trainer-state-1.bin");
        TrainerState state = GoldenStates.read(TrainerState.class, golden);
        assertThat(state).isEqualTo(GoldenStates.trainer());

        try (TrainingSession session = TrainingSession.restore(
                TrainerStates.choose(List.of(state), 0, 1, state.getNetwork().getRecipe()))) {
            assertThat(GoldenStates.write(TrainerState.class, session.snapshot()))
                    .isEqualTo(golden);
            session.add(TestSamples.at(3, 103));
            session.add(TestSamples.at(3, 104));
            TrainerUpdate update = session.handOn().orElseThrow();

            assertThat(update.getSamplesTrained()).isEqualTo(4);
            assertThat(update.getSamplesRejected()).isEqualTo(1);
            assertThat(update.getNetwork().getIteration()).isEqualTo(26);
            assertThat(update.getOffsets(0).getFrom()).isEqualTo(100);
            assertThat(update.getOffsets(0).getTo()).isEqualTo(105);
        }
    }
}
