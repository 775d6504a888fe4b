package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.network.Networks;
import io.inkstream.operators.TestSamples;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class TrainerTest {
    private static final int BATCH = 8;
    private static final TrainingRecipe RECIPE =
            Networks.recipe("mlp").toBuilder().setBatchSize(BATCH).build();

    @Test
    void handsOnBeforeTheBarrierWhatItHasLearned() throws Exception {
        try (var trainer = trainer(RECIPE)) {
            trainer.open();
            feed(trainer, 0, BATCH + 3);
            assertThat(trainer.extractOutputValues()).isEmpty();

            trainer.prepareSnapshotPreBarrier(1);

            TrainerUpdate update = only(trainer);
            assertThat(update.getSamplesTrained()).isEqualTo(BATCH);
            assertThat(update.getNetwork().getIteration()).isEqualTo(1);
        }
    }

    @Test
    void hasNothingToHandOnWhereNoMiniBatchWasFull() throws Exception {
        try (var trainer = trainer(RECIPE)) {
            trainer.open();
            feed(trainer, 0, BATCH);
            checkpoint(trainer, 1);
            feed(trainer, BATCH, BATCH - 1);
            checkpoint(trainer, 2);

            assertThat(trainer.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void goesOnFromACheckpointAsIfNothingHadHappened() throws Exception {
        TrainerUpdate undisturbed;
        OperatorSubtaskState checkpoint;
        try (var trainer = trainer(RECIPE)) {
            trainer.open();
            feed(trainer, 0, BATCH + 3);
            checkpoint = checkpoint(trainer, 1);
            trainer.getOutput().clear();
            feed(trainer, BATCH + 3, 2 * BATCH);
            trainer.prepareSnapshotPreBarrier(2);
            undisturbed = only(trainer);
        }
        try (var restored = trainer(RECIPE)) {
            restored.initializeState(checkpoint);
            restored.open();
            feed(restored, BATCH + 3, 2 * BATCH);
            restored.prepareSnapshotPreBarrier(2);

            assertThat(only(restored)).isEqualTo(undisturbed);
        }
    }

    @Test
    void theEndHandsOnAllThatIsLeft() throws Exception {
        try (var trainer = trainer(RECIPE)) {
            trainer.open();
            feed(trainer, 0, BATCH + 3);
            trainer.getOperator().finish();

            assertThat(only(trainer).getSamplesTrained()).isEqualTo(BATCH + 3);
        }
    }

    @Test
    void theEndOfNothingHandsOnNothing() throws Exception {
        try (var trainer = trainer(RECIPE)) {
            trainer.open();
            trainer.getOperator().finish();
            checkpoint(trainer, 1);

            assertThat(trainer.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void anotherRecipeDoesNotGoOnFromTheCheckpoint() throws Exception {
        OperatorSubtaskState checkpoint;
        try (var trainer = trainer(RECIPE)) {
            trainer.open();
            checkpoint = checkpoint(trainer, 1);
        }
        // Not closed by try: the harness would finish an operator that never was open.
        var other = trainer(RECIPE.toBuilder().setLearningRate(0.5).build());
        assertThatThrownBy(() -> other.initializeState(checkpoint))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("learning_rate: 0.5");
        other.getOperator().close();
    }

    private static OneInputStreamOperatorTestHarness<Sample, TrainerUpdate> trainer(TrainingRecipe recipe)
            throws Exception {
        var harness = new OneInputStreamOperatorTestHarness<>(
                Training.trainer(new TrainingPlan(recipe, "file:///none", "none", "digits")),
                new ProtobufSerializer<>(Sample.class));
        harness.setup(new ProtobufSerializer<>(TrainerUpdate.class));
        return harness;
    }

    private static void feed(OneInputStreamOperatorTestHarness<Sample, TrainerUpdate> trainer, int from, int n)
            throws Exception {
        for (int i = from; i < from + n; i++) {
            trainer.processElement(TestSamples.at(0, i), 0);
        }
    }

    private static OperatorSubtaskState checkpoint(
            OneInputStreamOperatorTestHarness<Sample, TrainerUpdate> trainer, long id) throws Exception {
        trainer.prepareSnapshotPreBarrier(id);
        return trainer.snapshot(id, 0);
    }

    private static TrainerUpdate only(OneInputStreamOperatorTestHarness<Sample, TrainerUpdate> trainer) {
        List<TrainerUpdate> updates = trainer.extractOutputValues();
        assertThat(updates).hasSize(1);
        return updates.get(0);
    }
}
