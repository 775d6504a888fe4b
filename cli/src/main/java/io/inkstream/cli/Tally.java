package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetIterator;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts predictions against the truth: how many came, came twice, are missing, are right. */
final class Tally {
    private final Map<String, Integer> truth = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private long scored;
    private long correct;

    /** @param dataset with labels */
    Tally(Dataset dataset) {
        try (DatasetIterator images = dataset.iterator()) {
            while (images.hasNext()) {
                LabeledImage image = images.next();
                truth.put(image.getImage().getId(), image.getLabel());
            }
        }
    }

    /** Predictions of images that are not in the data set count as scored and as duplicates of none. */
    void count(Prediction prediction) {
        scored++;
        Integer label = truth.get(prediction.getId());
        if (label != null && seen.add(prediction.getId()) && label == prediction.getDigit()) {
            correct++;
        }
    }

    long scored() {
        return scored;
    }

    long distinct() {
        return seen.size();
    }

    long duplicates() {
        return scored - seen.size();
    }

    long missing() {
        return (long) truth.size() - seen.size();
    }

    /** Of those that came; 0 before the first. */
    double accuracy() {
        return seen.isEmpty() ? 0 : (double) correct / seen.size();
    }
}
