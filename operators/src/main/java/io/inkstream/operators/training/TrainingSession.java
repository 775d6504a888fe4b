package io.inkstream.operators.training;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Step;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains a network on samples as they come and accounts for every one of them.
 *
 * <p>Mini-batches are cut by count alone, so that the same samples in the same order always give the same parameters,
 * wherever barriers and crashes fall between them.
 */
final class TrainingSession implements AutoCloseable {

    /** The newest format of {@link TrainerState} that this code reads, and the one that it writes. */
    static final int FORMAT = 1;

    private final DigitNetwork network;
    private final Offsets offsets;
    private final List<Sample> pending;
    private final byte[] batchPixels;
    private final byte[] batchLabels;
    private long pendingRejected;

    // Since the last hand-on.
    private final List<PartitionRun> order = new ArrayList<>();
    private final Score.Builder prequential = Score.newBuilder();
    private long rejected;

    private TrainingSession(DigitNetwork network, Offsets offsets, List<Sample> pending, long pendingRejected) {
        this.network = network;
        this.offsets = offsets;
        this.pending = new ArrayList<>(pending);
        this.pendingRejected = pendingRejected;
        this.batchPixels = new byte[network.recipe().getBatchSize() * DigitNetwork.PIXELS];
        this.batchLabels = new byte[network.recipe().getBatchSize()];
    }

    static TrainingSession start(TrainingRecipe recipe) {
        return new TrainingSession(DigitNetwork.create(recipe), new Offsets(), List.of(), 0);
    }

    /** @throws IllegalStateException when the state is of a newer release, or of a training by another recipe */
    static TrainingSession restore(TrainerState state, TrainingRecipe recipe) {
        if (state.getFormat() != FORMAT) {
            throw new IllegalStateException(
                    "the trainer's state has format %d, this release reads %d: upgrade Inkstream"
                            .formatted(state.getFormat(), FORMAT));
        }
        if (!state.getNetwork().getRecipe().equals(recipe)) {
            throw new IllegalStateException(
                    "the state was trained with {%s} and the job was started with {%s}: start it with the same options, or train a new model under another --model"
                            .formatted(oneLine(state.getNetwork().getRecipe()), oneLine(recipe)));
        }
        return new TrainingSession(
                DigitNetwork.restore(state.getNetwork()),
                Offsets.restore(state.getOffsetsList()),
                state.getPendingList(),
                state.getPendingRejected());
    }

    private static String oneLine(TrainingRecipe recipe) {
        return recipe.toString().strip().replaceAll("\\s*\\R\\s*", ", ");
    }

    /** Takes one sample, or the gap that a rejected record left, and trains when a mini-batch is full. */
    Optional<Step> add(Sample sample) {
        offsets.read(sample);
        if (sample.getPixels().isEmpty()) {
            pendingRejected++;
            return Optional.empty();
        }
        pending.add(sample);
        return pending.size() == network.recipe().getBatchSize() ? Optional.of(train()) : Optional.empty();
    }

    /** Trains what is left when no more samples come, in a mini-batch that may be short. */
    Optional<Step> finish() {
        return pending.isEmpty() ? Optional.empty() : Optional.of(train());
    }

    private Step train() {
        for (int i = 0; i < pending.size(); i++) {
            Sample sample = pending.get(i);
            sample.getPixels().copyTo(batchPixels, i * DigitNetwork.PIXELS);
            batchLabels[i] = (byte) sample.getLabel();
            appendToOrder(sample.getPartition());
        }
        Step step = network.train(batchPixels, batchLabels, pending.size());
        prequential
                .setSamples(prequential.getSamples() + step.samples())
                .setCorrect(prequential.getCorrect() + step.correct())
                .setLossSum(prequential.getLossSum() + step.lossSum());
        pending.clear();
        offsets.trained();
        rejected += pendingRejected;
        pendingRejected = 0;
        return step;
    }

    private void appendToOrder(int partition) {
        int last = order.size() - 1;
        if (last >= 0 && order.get(last).getPartition() == partition) {
            order.set(
                    last,
                    order.get(last).toBuilder()
                            .setRecords(order.get(last).getRecords() + 1)
                            .build());
        } else {
            order.add(PartitionRun.newBuilder()
                    .setPartition(partition)
                    .setRecords(1)
                    .build());
        }
    }

    /** What was trained since the last call; empty where no mini-batch was completed. */
    Optional<TrainerUpdate> handOn() {
        if (prequential.getSamples() == 0) {
            return Optional.empty();
        }
        TrainerUpdate update = TrainerUpdate.newBuilder()
                .setNetwork(network.state())
                .addAllOffsets(offsets.handOn())
                .addAllOrder(order)
                .setSamplesTrained(prequential.getSamples())
                .setSamplesRejected(rejected)
                .setPrequential(prequential)
                .build();
        order.clear();
        prequential.clear();
        rejected = 0;
        return Optional.of(update);
    }

    /** Everything that a restored session needs. To be called right after {@link #handOn}. */
    TrainerState snapshot() {
        return TrainerState.newBuilder()
                .setFormat(FORMAT)
                .setNetwork(network.state())
                .addAllPending(pending)
                .addAllOffsets(offsets.snapshot())
                .setPendingRejected(pendingRejected)
                .build();
    }

    @Override
    public void close() {
        network.close();
    }
}
