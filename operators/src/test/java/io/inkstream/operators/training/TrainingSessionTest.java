package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.models.network.Step;
import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingSessionTest {
    private static final int BATCH = 8;
    private static final TrainingRecipe RECIPE =
            Networks.recipe("mlp").toBuilder().setBatchSize(BATCH).build();

    @Test
    void usageExample() {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            List<Step> steps = add(session, samples(0, 0, 20));
            TrainerUpdate update = session.handOn().orElseThrow();

            assertThat(steps).extracting(Step::samples).containsExactly(BATCH, BATCH);
            assertThat(update.getSamplesTrained()).isEqualTo(16);
            assertThat(update.getPrequential().getSamples()).isEqualTo(16);
            assertThat(update.getPrequential().getLossSum())
                    .isEqualTo(steps.get(0).lossSum() + steps.get(1).lossSum());
            assertThat(update.getNetwork().getIteration()).isEqualTo(2);
            assertThat(update.getOffsets(0).getFrom()).isZero();
            assertThat(update.getOffsets(0).getTo()).isEqualTo(16);
            assertThat(session.snapshot().getPendingCount()).isEqualTo(4);
        }
    }

    @Test
    void trainsWhatTheNetworkAloneWouldTrain() {
        List<Sample> samples = samples(0, 0, BATCH);
        byte[] pixels = new byte[BATCH * DigitNetwork.PIXELS];
        byte[] labels = new byte[BATCH];
        for (int i = 0; i < BATCH; i++) {
            samples.get(i).getPixels().copyTo(pixels, i * DigitNetwork.PIXELS);
            labels[i] = (byte) samples.get(i).getLabel();
        }
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE));
                DigitNetwork alone = DigitNetwork.create(RECIPE)) {
            add(session, samples);
            alone.train(pixels, labels, BATCH);

            assertThat(session.handOn().orElseThrow().getNetwork()).isEqualTo(alone.state());
        }
    }

    @Test
    void barriersChangeNothingWhereverTheyFall() {
        List<Sample> samples = samples(0, 0, 5 * BATCH);
        NetworkState undisturbed = train(samples);
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            List<TrainerUpdate> updates = new ArrayList<>();
            for (Sample sample : samples) {
                session.add(sample);
                session.handOn().ifPresent(updates::add);
                assertThat(session.snapshot().getPendingCount()).isEqualTo((int) ((sample.getOffset() + 1) % BATCH));
            }

            assertThat(updates).hasSize(5);
            assertThat(updates.get(4).getNetwork()).isEqualTo(undisturbed);
            for (int i = 0; i < 5; i++) {
                assertThat(updates.get(i).getOffsets(0).getFrom()).isEqualTo((long) i * BATCH);
                assertThat(updates.get(i).getOffsets(0).getTo()).isEqualTo((i + 1L) * BATCH);
            }
        }
    }

    @Test
    void goesOnBitForBitFromEveryPositionOfAMiniBatch() throws Exception {
        List<Sample> samples = samples(0, 0, 3 * BATCH);
        NetworkState undisturbed = train(samples);
        for (int crash = BATCH; crash <= 2 * BATCH; crash++) {
            byte[] checkpoint;
            try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
                add(session, samples.subList(0, crash));
                session.handOn();
                checkpoint = session.snapshot().toByteArray();
                // What was trained after the checkpoint is lost with the crash.
                add(session, samples.subList(crash, samples.size()));
            }
            try (TrainingSession restored = TrainingSession.restore(TrainerState.parseFrom(checkpoint))) {
                assertThat(restored.snapshot().toByteArray()).isEqualTo(checkpoint);
                add(restored, samples.subList(crash, samples.size()));
                TrainerUpdate update = restored.handOn().orElseThrow();

                assertThat(update.getNetwork()).as("crash after %d", crash).isEqualTo(undisturbed);
                assertThat(update.getOffsets(0).getFrom()).isEqualTo((long) crash / BATCH * BATCH);
                assertThat(update.getOffsets(0).getTo()).isEqualTo(3 * BATCH);
            }
        }
    }

    @Test
    void gapsAreCountedInTheVersionWhoseRangeTheyAreIn() {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            session.add(TestSamples.gap(0, 0));
            add(session, samples(0, 1, BATCH));
            session.add(TestSamples.gap(0, BATCH + 1));
            TrainerUpdate first = session.handOn().orElseThrow();
            TrainerState checkpoint = session.snapshot();

            assertThat(first.getSamplesRejected()).isEqualTo(1);
            assertThat(first.getSamplesTrained()).isEqualTo(BATCH);
            assertThat(first.getOffsets(0).getTo()).isEqualTo(BATCH + 1);
            assertThat(checkpoint.getPendingRejected()).isEqualTo(1);
            try (TrainingSession restored = TrainingSession.restore(checkpoint)) {
                for (TrainingSession each : List.of(session, restored)) {
                    add(each, samples(0, BATCH + 2, BATCH));
                    TrainerUpdate second = each.handOn().orElseThrow();
                    assertThat(second.getSamplesRejected()).isEqualTo(1);
                    assertThat(second.getOffsets(0).getFrom()).isEqualTo(BATCH + 1);
                    assertThat(second.getOffsets(0).getTo()).isEqualTo(2 * BATCH + 2);
                }
            }
        }
    }

    @Test
    void gapsAloneMakeNoUpdate() {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            for (int i = 0; i < 2 * BATCH; i++) {
                assertThat(session.add(TestSamples.gap(0, i))).isEmpty();
            }

            assertThat(session.handOn()).isEmpty();
            assertThat(session.finish()).isEmpty();
            assertThat(session.snapshot().getPendingRejected()).isEqualTo(2 * BATCH);
            assertThat(session.snapshot().getOffsets(0).getTo()).isEqualTo(2 * BATCH);
        }
    }

    @Test
    void gapsDoNotChangeWhatIsTrained() {
        List<Sample> withGap = new ArrayList<>(samples(0, 0, BATCH));
        withGap.add(3, TestSamples.gap(0, 1_000));

        assertThat(train(withGap)).isEqualTo(train(samples(0, 0, BATCH)));
    }

    @Test
    void heldOutSamplesAreHandedOnAndNotTrained() {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            List<Sample> samples = new ArrayList<>(samples(0, 0, BATCH + 2));
            samples.set(3, heldOut(samples.get(3)));
            samples.set(BATCH + 1, heldOut(samples.get(BATCH + 1)));
            add(session, samples);
            TrainerUpdate update = session.handOn().orElseThrow();
            TrainerState checkpoint = session.snapshot();

            assertThat(update.getSamplesTrained()).isEqualTo(BATCH);
            assertThat(update.getHeldOutList()).containsExactly(samples.get(3));
            assertThat(update.getOffsets(0).getTo()).isEqualTo(BATCH + 1);
            assertThat(checkpoint.getPendingHeldOutList()).containsExactly(samples.get(BATCH + 1));
            try (TrainingSession restored = TrainingSession.restore(checkpoint)) {
                add(restored, samples(0, BATCH + 2, BATCH));
                assertThat(restored.handOn().orElseThrow().getHeldOutList()).containsExactly(samples.get(BATCH + 1));
            }
        }
    }

    private static Sample heldOut(Sample sample) {
        return sample.toBuilder().setHeldOut(true).build();
    }

    @Test
    void theOrderOfTwoPartitionsIsKeptAsRuns() {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            add(session, samples(0, 0, 3));
            add(session, samples(1, 50, 4));
            session.add(TestSamples.gap(1, 54));
            add(session, samples(0, 3, 3));
            TrainerUpdate update = session.handOn().orElseThrow();
            add(session, samples(0, 6, 6));

            assertThat(update.getOrderList()).containsExactly(run(0, 3), run(1, 4), run(0, 1));
            assertThat(update.getOffsetsList())
                    .extracting(range -> range.getPartition() + ":" + range.getFrom() + "-" + range.getTo())
                    .containsExactly("0:0-4", "1:50-55");
            assertThat(session.handOn().orElseThrow().getOrderList()).containsExactly(run(0, 8));
        }
    }

    @Test
    void theEndTrainsTheShortMiniBatch() {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            add(session, samples(0, 0, BATCH + 3));
            Optional<Step> step = session.finish();
            TrainerUpdate update = session.handOn().orElseThrow();

            assertThat(step.orElseThrow().samples()).isEqualTo(3);
            assertThat(update.getSamplesTrained()).isEqualTo(BATCH + 3);
            assertThat(update.getOffsets(0).getTo()).isEqualTo(BATCH + 3);
            assertThat(session.snapshot().getPendingCount()).isZero();
            assertThat(session.finish()).isEmpty();
        }
    }

    @Test
    void anotherRecipeIsRefusedWithBoth() {
        TrainerState state = snapshotOfNothing();
        TrainingRecipe other = RECIPE.toBuilder().setSeed(77).build();

        assertThatThrownBy(() -> TrainerStates.choose(List.of(state), 0, 1, other))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("seed: 1,")
                .hasMessageContaining("seed: 77,")
                .hasMessageContaining("start it with the same options");
    }

    @Test
    void aNewerFormatIsRefused() {
        TrainerState newer = snapshotOfNothing().toBuilder().setFormat(2).build();
        NetworkState newerNetwork = newer.getNetwork().toBuilder().setFormat(2).build();
        TrainerState newerInside =
                snapshotOfNothing().toBuilder().setNetwork(newerNetwork).build();

        assertThatThrownBy(() -> TrainerStates.choose(List.of(newer), 0, 1, RECIPE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("upgrade Inkstream");
        assertThatThrownBy(() -> TrainingSession.restore(newerInside))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 2");
    }

    private static TrainerState snapshotOfNothing() {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            return session.snapshot();
        }
    }

    private static NetworkState train(List<Sample> samples) {
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            add(session, samples);
            return session.handOn().orElseThrow().getNetwork();
        }
    }

    private static List<Step> add(TrainingSession session, List<Sample> samples) {
        List<Step> steps = new ArrayList<>();
        samples.forEach(sample -> session.add(sample).ifPresent(steps::add));
        return steps;
    }

    private static List<Sample> samples(int partition, long from, int n) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            samples.add(TestSamples.at(partition, from + i));
        }
        return samples;
    }

    private static PartitionRun run(int partition, int records) {
        return PartitionRun.newBuilder()
                .setPartition(partition)
                .setRecords(records)
                .build();
    }
}
