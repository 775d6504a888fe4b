package io.inkstream.operators.training;

import io.inkstream.models.network.Averages;
import io.inkstream.models.network.Step;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainerUpdate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Makes one update of several. */
final class Updates {

    private Updates() {}

    /**
     * What one trainer would have handed on at the second of two barriers alone.
     *
     * @param second follows {@code first}: its ranges begin where those of the first end
     */
    static TrainerUpdate join(TrainerUpdate first, TrainerUpdate second) {
        return sum(first, second)
                .setNetwork(second.getNetwork())
                .addAllOrder(joinOrder(first.getOrderList(), second.getOrderList()))
                .setTrainer(second.getTrainer())
                .build();
    }

    /**
     * What all trainers learned up to the same barrier: the mean of their networks, each with the weight of the samples that
     * it trained, and everything that they trained on. The order is known of a single trainer only.
     */
    static TrainerUpdate average(Collection<TrainerUpdate> updates) {
        if (updates.size() == 1) {
            return updates.iterator().next();
        }
        TrainerUpdate.Builder all = updates.stream().reduce((a, b) -> sum(a, b).build()).orElseThrow().toBuilder();
        return all.setNetwork(Averages.of(
                        updates.stream().map(TrainerUpdate::getNetwork).toList(),
                        updates.stream().map(TrainerUpdate::getSamplesTrained).toList()))
                .build();
    }

    static Score score(Step step) {
        return Score.newBuilder()
                .setSamples(step.samples())
                .setCorrect(step.correct())
                .setLossSum(step.lossSum())
                .build();
    }

    static Score sum(Score a, Score b) {
        return Score.newBuilder()
                .setSamples(a.getSamples() + b.getSamples())
                .setCorrect(a.getCorrect() + b.getCorrect())
                .setLossSum(a.getLossSum() + b.getLossSum())
                .build();
    }

    private static TrainerUpdate.Builder sum(TrainerUpdate a, TrainerUpdate b) {
        return TrainerUpdate.newBuilder()
                .addAllOffsets(Ranges.join(a.getOffsetsList(), b.getOffsetsList()))
                .setSamplesTrained(a.getSamplesTrained() + b.getSamplesTrained())
                .setSamplesRejected(a.getSamplesRejected() + b.getSamplesRejected())
                .setPrequential(sum(a.getPrequential(), b.getPrequential()))
                .setProbe(b.getProbe())
                .addAllHeldOut(a.getHeldOutList())
                .addAllHeldOut(b.getHeldOutList());
    }

    private static List<PartitionRun> joinOrder(List<PartitionRun> first, List<PartitionRun> second) {
        List<PartitionRun> joined = new ArrayList<>(first);
        for (PartitionRun run : second) {
            int last = joined.size() - 1;
            if (last >= 0 && joined.get(last).getPartition() == run.getPartition()) {
                joined.set(
                        last,
                        run.toBuilder()
                                .setRecords(joined.get(last).getRecords() + run.getRecords())
                                .build());
            } else {
                joined.add(run);
            }
        }
        return joined;
    }
}
