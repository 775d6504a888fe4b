package io.inkstream.operators.training;

import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainerUpdate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Joins what a trainer handed on at two barriers into what it would have handed on at the second alone. */
final class Updates {

    private record Partition(String topic, int number) {}

    private Updates() {}

    /** @param second follows {@code first}: its ranges begin where those of the first end */
    static TrainerUpdate join(TrainerUpdate first, TrainerUpdate second) {
        return TrainerUpdate.newBuilder()
                .setNetwork(second.getNetwork())
                .addAllOffsets(joinOffsets(first.getOffsetsList(), second.getOffsetsList()))
                .addAllOrder(joinOrder(first.getOrderList(), second.getOrderList()))
                .setSamplesTrained(first.getSamplesTrained() + second.getSamplesTrained())
                .setSamplesRejected(first.getSamplesRejected() + second.getSamplesRejected())
                .setPrequential(sum(first.getPrequential(), second.getPrequential()))
                .build();
    }

    static Score sum(Score a, Score b) {
        return Score.newBuilder()
                .setSamples(a.getSamples() + b.getSamples())
                .setCorrect(a.getCorrect() + b.getCorrect())
                .setLossSum(a.getLossSum() + b.getLossSum())
                .build();
    }

    private static List<OffsetRange> joinOffsets(List<OffsetRange> first, List<OffsetRange> second) {
        Map<Partition, OffsetRange> joined =
                new TreeMap<>(Comparator.comparing(Partition::topic).thenComparing(Partition::number));
        first.forEach(range -> joined.put(partition(range), range));
        second.forEach(range -> joined.merge(
                partition(range),
                range,
                (a, b) -> a.toBuilder().setTo(b.getTo()).build()));
        return List.copyOf(joined.values());
    }

    private static Partition partition(OffsetRange range) {
        return new Partition(range.getTopic(), range.getPartition());
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
