package io.inkstream.jobs;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What must come of images, predictions and labels, worked out from the records in their topics alone.
 *
 * <p>Labels of an image must come partition by partition and in the order of their offsets, as Kafka gives them.
 */
final class LabelLedger {
    private static final int DIGITS = 10;
    private static final String FAIR = "random-audit";

    private final Map<String, Entry> entries = new HashMap<>();
    private int strange;

    /** All that is known of one image. */
    private static final class Entry {
        private Image image;
        private final Map<Long, Integer> read = new TreeMap<>();
        private final List<Integer> inForce = new ArrayList<>();
        private long labeled = Long.MIN_VALUE;
        private boolean fair;
        private int labels;
    }

    /** Counts of right and wrong answers: 10 × truth + prediction. */
    record Confusions(List<Long> all, List<Long> fair) {

        private static Confusions none() {
            return new Confusions(zeros(), zeros());
        }

        private static List<Long> zeros() {
            return new ArrayList<>(Collections.nCopies(DIGITS * DIGITS, 0L));
        }
    }

    void image(ConsumerRecord<byte[], byte[]> record) throws InvalidProtocolBufferException {
        Image image = Image.parseFrom(record.value());
        entry(image.getId()).image = image;
    }

    /** One that is none counts as strange. */
    void prediction(ConsumerRecord<byte[], byte[]> record) {
        try {
            Prediction prediction = Prediction.parseFrom(record.value());
            entry(prediction.getId()).read.put(prediction.getModelVersion(), prediction.getDigit());
        } catch (InvalidProtocolBufferException e) {
            strange++;
        }
    }

    void label(ConsumerRecord<byte[], byte[]> record) throws InvalidProtocolBufferException {
        Label label = Label.parseFrom(record.value());
        Entry entry = entry(label.getImageId());
        entry.labels++;
        entry.fair |= label.getReason().equals(FAIR);
        long labeled = label.hasLabeled() ? Timestamps.toMillis(label.getLabeled()) : record.timestamp();
        if (labeled >= entry.labeled) {
            entry.labeled = labeled;
            if (entry.inForce.isEmpty() || last(entry.inForce) != label.getDigit()) {
                entry.inForce.add(label.getDigit());
            }
        }
    }

    private Entry entry(String id) {
        return entries.computeIfAbsent(id, unknown -> new Entry());
    }

    private static int last(List<Integer> digits) {
        return digits.get(digits.size() - 1);
    }

    /** How many predictions were none. */
    int strange() {
        return strange;
    }

    /** How many images have a label. */
    int matches() {
        return (int) entries.values().stream()
                .filter(entry -> entry.image != null && entry.labels > 0)
                .count();
    }

    /** The images whose labels came without them, each with the number of its labels. */
    Map<String, Integer> withoutImage() {
        Map<String, Integer> without = new HashMap<>();
        entries.forEach((id, entry) -> {
            if (entry.image == null && entry.labels > 0) {
                without.put(id, entry.labels);
            }
        });
        return without;
    }

    /** By version. */
    Map<Long, Confusions> confusions() {
        Map<Long, Confusions> confusions = new TreeMap<>();
        for (Entry entry : entries.values()) {
            if (entry.labels > 0) {
                entry.read.forEach((version, read) -> {
                    Confusions counts = confusions.computeIfAbsent(version, none -> Confusions.none());
                    int cell = DIGITS * last(entry.inForce) + read;
                    counts.all.set(cell, counts.all.get(cell) + 1);
                    if (entry.fair) {
                        counts.fair.set(cell, counts.fair.get(cell) + 1);
                    }
                });
            }
        }
        return confusions;
    }

    /**
     * What is wrong with what was handed to training: each image whole, with each digit that was in force once it was there,
     * in this order and once. When it came we do not know: whichever label was the first it met, the rest follows.
     */
    List<String> violations(List<LabeledImage> training) {
        Map<String, List<Integer>> trained = new HashMap<>();
        List<String> violations = new ArrayList<>();
        for (LabeledImage labeled : training) {
            String id = labeled.getImage().getId();
            trained.computeIfAbsent(id, none -> new ArrayList<>()).add(labeled.getLabel());
            if (!Optional.ofNullable(entries.get(id))
                    .map(entry -> labeled.getImage().equals(entry.image))
                    .orElse(false)) {
                violations.add("%s is not the image of that id".formatted(id));
            }
        }
        entries.forEach((id, entry) -> {
            List<Integer> got = trained.getOrDefault(id, List.of());
            boolean due = entry.image != null && entry.labels > 0;
            if (due == got.isEmpty() || !isEnd(got, entry.inForce)) {
                violations.add("%s was trained as %s, its labels are %s".formatted(id, got, entry.inForce));
            }
        });
        return violations;
    }

    private static boolean isEnd(List<Integer> end, List<Integer> of) {
        return end.size() <= of.size()
                && of.subList(of.size() - end.size(), of.size()).equals(end);
    }
}
