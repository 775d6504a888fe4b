package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetIterator;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges predictions by the truth, in the order in which they come, and by version. Several threads may use it. */
final class ServedTally {
    private final Map<String, Integer> truth = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final List<Reading> readings = new ArrayList<>();
    private long others;

    /** How one image was read. */
    record Reading(long version, boolean right) {}

    /** How many were read, and how many of them right. */
    record Count(long read, long right) {
        static Count of(List<Reading> readings) {
            return new Count(
                    readings.size(), readings.stream().filter(Reading::right).count());
        }

        /** 0 where none was read. */
        double accuracy() {
            return read == 0 ? 0 : (double) right / read;
        }
    }

    /** @param dataset with labels */
    ServedTally(Dataset dataset) {
        try (DatasetIterator images = dataset.iterator()) {
            while (images.hasNext()) {
                LabeledImage image = images.next();
                truth.put(image.getImage().getId(), image.getLabel());
            }
        }
    }

    synchronized void count(Prediction prediction) {
        Integer digit = truth.get(prediction.getId());
        if (digit == null || !seen.add(prediction.getId())) {
            others++;
        } else {
            readings.add(new Reading(prediction.getModelVersion(), digit == prediction.getDigit()));
        }
    }

    /** Images of the data set that were read. */
    synchronized int served() {
        return readings.size();
    }

    /** Predictions that came twice, or are of no image of the data set. */
    synchronized long others() {
        return others;
    }

    /** From that one on, counted from 0. */
    synchronized List<Reading> from(int first) {
        return List.copyOf(readings.subList(first, readings.size()));
    }

    synchronized Count first(int count) {
        return Count.of(readings.subList(0, Math.min(count, readings.size())));
    }

    synchronized Count last(int count) {
        return Count.of(readings.subList(Math.max(0, readings.size() - count), readings.size()));
    }

    synchronized Count of(long version) {
        return Count.of(readings.stream()
                .filter(reading -> reading.version() == version)
                .toList());
    }

    synchronized Count all() {
        return Count.of(readings);
    }
}
