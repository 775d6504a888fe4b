package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerStatesTest {
    private static final TrainingRecipe RECIPE =
            Networks.recipe("mlp").toBuilder().setBatchSize(8).build();

    @Test
    void asManyTrainersAsBeforeGoOnAsTheyWere() {
        List<TrainerState> two = List.of(trained(0, 2, 11), trained(1, 2, 13));

        assertThat(TrainerStates.isRescaled(two, 2)).isFalse();
        assertThat(TrainerStates.choose(two, 1, 2, RECIPE)).isEqualTo(two.get(1));
        assertThat(TrainerStates.choose(List.of(two.get(1), two.get(0)), 0, 2, RECIPE))
                .isEqualTo(two.get(0));
    }

    @Test
    void moreTrainersGoOnFromTheOnlyOneAndTheFirstHasWhatWaits() {
        List<TrainerState> one = List.of(trained(0, 1, 11));
        TrainerState first = TrainerStates.choose(one, 0, 2, RECIPE);
        TrainerState second = TrainerStates.choose(one, 1, 2, RECIPE);

        assertThat(TrainerStates.isRescaled(one, 2)).isTrue();
        assertThat(first.getNetwork()).isEqualTo(one.get(0).getNetwork());
        assertThat(second.getNetwork()).isEqualTo(one.get(0).getNetwork());
        assertThat(first.getPendingList())
                .isEqualTo(one.get(0).getPendingList())
                .hasSize(3);
        assertThat(second.getPendingList()).isEmpty();
        assertThat(second.getOffsetsList()).containsExactly(range(0, 11, 11));
    }

    @Test
    void fewerTrainersGoOnFromTheMeanAndTrainAllThatWaits() {
        List<TrainerState> two = List.of(trained(0, 2, 14), trained(1, 2, 15));
        TrainerState one = TrainerStates.choose(two, 0, 1, RECIPE);

        assertThat(one.getNetwork().getParameters())
                .isNotEqualTo(two.get(0).getNetwork().getParameters())
                .isNotEqualTo(two.get(1).getNetwork().getParameters());
        try (TrainingSession session = TrainingSession.restore(one)) {
            session.trainPending();
            TrainerUpdate update = session.handOn().orElseThrow();

            // Six and seven waited: one whole mini-batch and a short one.
            assertThat(update.getSamplesTrained()).isEqualTo(13);
            assertThat(update.getNetwork().getIteration())
                    .isEqualTo(one.getNetwork().getIteration() + 2);
            assertThat(update.getOffsetsList()).containsExactly(range(0, 8, 14), range(1, 8, 15));
            assertThat(session.snapshot().getPendingList()).isEmpty();
        }
    }

    @Test
    void aPartitionThatWentToAnotherTrainerStandsWhereThatOneHasIt() {
        TrainerState stale = trained(0, 2, 8);
        TrainerState current = trained(1, 2, 8).toBuilder()
                .clearOffsets()
                .addOffsets(range(0, 20, 24))
                .build();

        assertThat(TrainerStates.choose(List.of(stale, current), 0, 1, RECIPE).getOffsetsList())
                .containsExactly(range(0, 20, 24));
    }

    /** Has read so many samples of the partition of its own number. */
    private static TrainerState trained(int trainer, int trainers, int samples) {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE), trainer, trainers)) {
            for (int i = 0; i < samples; i++) {
                Sample sample = TestSamples.at(trainer, i);
                session.add(sample);
            }
            session.handOn();
            NetworkState network = session.network().state();
            assertThat(network.getIteration()).isEqualTo(samples / 8);
            return session.snapshot();
        }
    }

    private static OffsetRange range(int partition, long from, long to) {
        return OffsetRange.newBuilder()
                .setTopic("digits.training")
                .setPartition(partition)
                .setFrom(from)
                .setTo(to)
                .build();
    }
}
