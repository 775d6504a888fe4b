package io.inkstream.operators.training;

import io.inkstream.schemas.v1.OffsetRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Puts ranges of offsets together. */
final class Ranges {

    private static final Comparator<OffsetRange> BY_PARTITION =
            Comparator.comparing(OffsetRange::getTopic).thenComparing(OffsetRange::getPartition);

    private Ranges() {}

    /** All offsets of both, in as few ranges as possible, sorted. */
    static List<OffsetRange> join(List<OffsetRange> first, List<OffsetRange> second) {
        List<OffsetRange> joined = new ArrayList<>();
        Stream.concat(first.stream(), second.stream())
                .sorted(BY_PARTITION.thenComparing(OffsetRange::getFrom))
                .forEach(range -> append(joined, range));
        return List.copyOf(joined);
    }

    private static void append(List<OffsetRange> joined, OffsetRange range) {
        int last = joined.size() - 1;
        if (last >= 0
                && BY_PARTITION.compare(joined.get(last), range) == 0
                && joined.get(last).getTo() == range.getFrom()) {
            joined.set(last, joined.get(last).toBuilder().setTo(range.getTo()).build());
        } else {
            joined.add(range);
        }
    }

    /** For each partition the range from its first offset in either to its last. */
    static List<OffsetRange> span(List<OffsetRange> first, List<OffsetRange> second) {
        Map<OffsetRange, OffsetRange> spans = new TreeMap<>(BY_PARTITION);
        Stream.concat(first.stream(), second.stream())
                .forEach(range -> spans.merge(
                        range,
                        range,
                        (a, b) -> a.toBuilder()
                                .setFrom(Math.min(a.getFrom(), b.getFrom()))
                                .setTo(Math.max(a.getTo(), b.getTo()))
                                .build()));
        return List.copyOf(spans.values());
    }
}
