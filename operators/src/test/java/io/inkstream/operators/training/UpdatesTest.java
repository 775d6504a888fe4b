package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Floats;
import io.inkstream.models.network.Networks;
import io.inkstream.operators.TestModels;
import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpdatesTest {
    private static final TrainingRecipe RECIPE =
            Networks.recipe("mlp").toBuilder().setBatchSize(4).build();

    @Test
    void twoUpdatesJoinedAreTheOneThatASessionWithoutTheBarrierHandsOn() {
        TrainerUpdate first;
        TrainerUpdate second;
        TrainerUpdate both;
        try (TrainingSession interrupted = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            add(interrupted, 0, 0, 6);
            first = interrupted.handOn().orElseThrow();
            addTheRest(interrupted);
            second = interrupted.handOn().orElseThrow();
        }
        try (TrainingSession undisturbed = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            add(undisturbed, 0, 0, 6);
            addTheRest(undisturbed);
            both = undisturbed.handOn().orElseThrow();
        }

        TrainerUpdate joined = Updates.join(first, second);

        assertThat(both.getOffsetsCount()).isEqualTo(2);
        assertThat(both.getOrderList()).hasSizeGreaterThan(2);
        assertThat(both.getSamplesRejected()).isEqualTo(1);
        // Summed in another order: equal but for the last bits.
        assertThat(joined.getPrequential().getLossSum())
                .isCloseTo(both.getPrequential().getLossSum(), within(1e-9));
        assertThat(withoutLoss(joined)).isEqualTo(withoutLoss(both));
    }

    @Test
    void eachTrainerCountsByTheSamplesThatItTrained() {
        TrainerUpdate few = trained(1, 100);
        TrainerUpdate many = trained(2, 300);

        TrainerUpdate average = Updates.average(List.of(few, many));

        assertThat(first(few)).isNotEqualTo(first(many));
        assertThat(first(average)).isCloseTo(0.25f * first(few) + 0.75f * first(many), within(1e-6f));
        assertThat(average.getSamplesTrained()).isEqualTo(400);
    }

    private static TrainerUpdate trained(long seed, long samples) {
        return TrainerUpdate.newBuilder()
                .setNetwork(TestModels.network(seed))
                .setSamplesTrained(samples)
                .build();
    }

    private static float first(TrainerUpdate update) {
        return Floats.toFloats(update.getNetwork().getParameters())[0];
    }

    private static void addTheRest(TrainingSession session) {
        add(session, 0, 6, 3);
        session.add(TestSamples.gap(1, 0));
        add(session, 1, 1, 5);
        add(session, 0, 9, 8);
    }

    private static void add(TrainingSession session, int partition, int from, int n) {
        for (int i = 0; i < n; i++) {
            session.add(TestSamples.at(partition, (long) from + i));
        }
    }

    private static TrainerUpdate withoutLoss(TrainerUpdate update) {
        TrainerUpdate.Builder builder = update.toBuilder();
        builder.getPrequentialBuilder().clearLossSum();
        return builder.build();
    }
}
