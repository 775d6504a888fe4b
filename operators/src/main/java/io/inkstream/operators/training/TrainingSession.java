package io.inkstream.operators.training;

import com.google.protobuf.ByteString;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Step;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.TrainerUpdate;
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

    /** Images that a version is checked with: enough to tell a wrong network, and 25 KB. */
    private static final int PROBES = 32;

    private final int trainer;
    private final int trainers;
    private final DigitNetwork network;
    private final Offsets offsets;
    private final byte[] batchPixels;
    private final byte[] batchLabels;
    private int batch;

    // Read since the last mini-batch.
    private final List<Sample> pending = new ArrayList<>();
    private final List<Sample> pendingHeldOut = new ArrayList<>();
    private long pendingRejected;

    // Trained, or passed by, since the last hand-on.
    private final List<PartitionRun> order = new ArrayList<>();
    private final List<Sample> heldOut = new ArrayList<>();
    private final Score.Builder prequential = Score.newBuilder();
    private long rejected;

    private TrainingSession(DigitNetwork network, Offsets offsets, int trainer, int trainers) {
        this.trainer = trainer;
        this.trainers = trainers;
        this.network = network;
        this.offsets = offsets;
        this.batchPixels = new byte[network.recipe().getBatchSize() * DigitNetwork.PIXELS];
        this.batchLabels = new byte[network.recipe().getBatchSize()];
    }

    /** Of the only trainer, which begins with that network. */
    static TrainingSession start(DigitNetwork network) {
        return start(network, 0, 1);
    }

    /** @param network to begin with; closed with the session */
    static TrainingSession start(DigitNetwork network, int trainer, int trainers) {
        return new TrainingSession(network, new Offsets(), trainer, trainers);
    }

    /**
     * Goes on where {@link #snapshot} was taken.
     *
     * @param state as {@link TrainerStates#choose} gives it
     */
    static TrainingSession restore(TrainerState state) {
        TrainingSession session = new TrainingSession(
                DigitNetwork.restore(state.getNetwork()),
                Offsets.restore(state.getOffsetsList()),
                state.getTrainer(),
                Math.max(1, state.getTrainers()));
        session.pendingRejected = state.getPendingRejected();
        session.pendingHeldOut.addAll(state.getPendingHeldOutList());
        session.pending.addAll(state.getPendingList());
        return session;
    }

    /**
     * Trains what is pending at once, the last mini-batch however short. To be called where several trainers' unfinished
     * mini-batches came together.
     */
    void trainPending() {
        List<Sample> waiting = List.copyOf(pending);
        pending.clear();
        for (Sample sample : waiting) {
            enqueue(sample);
        }
        finish();
    }

    /** Takes one sample, held out or not, or the gap that a rejected record left, and trains when a mini-batch is full. */
    Optional<Step> add(Sample sample) {
        offsets.read(sample);
        if (sample.getPixels().isEmpty()) {
            pendingRejected++;
            return Optional.empty();
        }
        if (sample.getHeldOut()) {
            pendingHeldOut.add(sample);
            return Optional.empty();
        }
        return enqueue(sample);
    }

    private Optional<Step> enqueue(Sample sample) {
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
        batch = pending.size();
        Step step = network.train(batchPixels, batchLabels, pending.size());
        prequential
                .setSamples(prequential.getSamples() + step.samples())
                .setCorrect(prequential.getCorrect() + step.correct())
                .setLossSum(prequential.getLossSum() + step.lossSum());
        pending.clear();
        offsets.trained();
        rejected += pendingRejected;
        pendingRejected = 0;
        heldOut.addAll(pendingHeldOut);
        pendingHeldOut.clear();
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
                .addAllHeldOut(heldOut)
                .setProbe(ByteString.copyFrom(batchPixels, 0, Math.min(PROBES, batch) * DigitNetwork.PIXELS))
                .setTrainer(trainer)
                .build();
        order.clear();
        heldOut.clear();
        prequential.clear();
        rejected = 0;
        return Optional.of(update);
    }

    /** Everything that a restored session needs. To be called right after {@link #handOn}. */
    TrainerState snapshot() {
        return TrainerState.newBuilder()
                .setFormat(TrainerStates.FORMAT)
                .setNetwork(network.state())
                .addAllPending(pending)
                .addAllPendingHeldOut(pendingHeldOut)
                .setPendingRejected(pendingRejected)
                .addAllOffsets(offsets.snapshot())
                .setTrainer(trainer)
                .setTrainers(trainers == 1 ? 0 : trainers)
                .build();
    }

    DigitNetwork network() {
        return network;
    }

    @Override
    public void close() {
        network.close();
    }
}
