package io.inkstream.gateway;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.TrainingBatch;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds the version that first was trained on all of a batch: the first whose lineage includes its last offsets. */
final class TrainedVersions {
    private final ModelRegistry registry;
    private final Consumer<ModelVersion> listener;
    private volatile Optional<ModelVersion> newest = Optional.empty();
    private List<Long> numbers = List.of();

    /**
     * Where a batch was trained.
     *
     * @param orEarlier ones before it are deleted, and one of them may have been the first
     */
    record Found(long version, boolean orEarlier) {}

    /** @param listener hears of each version that is the newest at a look */
    TrainedVersions(ModelRegistry registry, Consumer<ModelVersion> listener) {
        this.registry = registry;
        this.listener = listener;
    }

    /** Reads which versions there are now. */
    void look() {
        numbers = registry.versions();
        long last = numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
        if (newest.map(ModelVersion::getVersion).orElse(0L) != last) {
            newest = registry.version(last);
            newest.ifPresent(listener);
        }
    }

    /** As it was at the last look. */
    Optional<ModelVersion> newest() {
        return newest;
    }

    /** Empty where the newest version has not come so far. */
    Optional<Found> of(TrainingBatch batch) {
        if (newest.isEmpty() || batch.getOffsetsCount() == 0 || !includes(newest.get(), batch)) {
            return Optional.empty();
        }
        for (long number : numbers) {
            if (number > batch.getNewestBefore()) {
                // It may have been deleted meanwhile.
                Optional<ModelVersion> version = registry.version(number);
                if (version.isPresent() && includes(version.get(), batch)) {
                    return Optional.of(new Found(number, !isFirst(version.get(), batch)));
                }
            }
        }
        return Optional.empty();
    }

    static boolean includes(ModelVersion version, TrainingBatch batch) {
        List<OffsetRange> trained = version.getLineage().getTotalOffsetsList();
        return batch.getOffsetsList().stream()
                .allMatch(wanted ->
                        trained.stream().anyMatch(range -> isSame(range, wanted) && range.getTo() >= wanted.getTo()));
    }

    /** Its own step from its parent went over the end of the batch. */
    static boolean isFirst(ModelVersion version, TrainingBatch batch) {
        List<OffsetRange> step = version.getLineage().getOffsetsList();
        return batch.getOffsetsList().stream()
                .anyMatch(wanted -> step.stream()
                        .anyMatch(range -> isSame(range, wanted)
                                && range.getFrom() < wanted.getTo()
                                && range.getTo() >= wanted.getTo()));
    }

    private static boolean isSame(OffsetRange one, OffsetRange other) {
        return one.getTopic().equals(other.getTopic()) && one.getPartition() == other.getPartition();
    }
}
