package io.inkstream.operators.training;

import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Sample;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * Knows for each partition how far a trainer has read, how far it has trained, and how far it had when it last handed on
 * an update. The three differ by the unfinished mini-batch.
 */
final class Offsets {

    private record Partition(String topic, int number) {}

    private static final class Position {
        private long handedOn;
        private long trained;
        private long read;

        private Position(long from, long to) {
            this.handedOn = from;
            this.trained = from;
            this.read = to;
        }
    }

    private static final Comparator<Partition> BY_NAME =
            Comparator.comparing(Partition::topic).thenComparing(Partition::number);

    private final Map<Partition, Position> positions = new TreeMap<>(BY_NAME);

    static Offsets restore(List<OffsetRange> snapshot) {
        Offsets offsets = new Offsets();
        for (OffsetRange range : snapshot) {
            offsets.positions.put(
                    new Partition(range.getTopic(), range.getPartition()),
                    new Position(range.getFrom(), range.getTo()));
        }
        return offsets;
    }

    /** Of several snapshots, for each partition the range of the one that read furthest: its trainer had it last. */
    static List<OffsetRange> latest(List<List<OffsetRange>> snapshots) {
        return List.copyOf(snapshots.stream()
                .flatMap(Collection::stream)
                .collect(Collectors.toMap(
                        range -> new Partition(range.getTopic(), range.getPartition()),
                        range -> range,
                        BinaryOperator.maxBy(Comparator.comparing(OffsetRange::getTo)
                                .thenComparing(OffsetRange::getFrom, Comparator.reverseOrder())),
                        () -> new TreeMap<>(BY_NAME)))
                .values());
    }

    void read(Sample sample) {
        Partition partition = new Partition(sample.getTopic(), sample.getPartition());
        positions.computeIfAbsent(partition, first -> new Position(sample.getOffset(), sample.getOffset())).read =
                sample.getOffset() + 1;
    }

    /** Everything that was read is now part of a trained mini-batch, or was rejected before its end. */
    void trained() {
        for (Position position : positions.values()) {
            position.trained = position.read;
        }
    }

    /** What was trained since the last call; partitions that did not move are left out. */
    List<OffsetRange> handOn() {
        List<OffsetRange> ranges = positions.entrySet().stream()
                .filter(entry -> entry.getValue().handedOn < entry.getValue().trained)
                .map(entry -> range(entry.getKey(), entry.getValue().handedOn, entry.getValue().trained))
                .toList();
        for (Position position : positions.values()) {
            position.handedOn = position.trained;
        }
        return ranges;
    }

    /** Each partition's range from trained to read. To be called when nothing waits to be handed on. */
    List<OffsetRange> snapshot() {
        return positions.entrySet().stream()
                .map(entry -> range(entry.getKey(), entry.getValue().trained, entry.getValue().read))
                .toList();
    }

    private static OffsetRange range(Partition partition, long from, long to) {
        return OffsetRange.newBuilder()
                .setTopic(partition.topic())
                .setPartition(partition.number())
                .setFrom(from)
                .setTo(to)
                .build();
    }
}
