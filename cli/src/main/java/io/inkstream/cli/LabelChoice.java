package io.inkstream.cli;

import io.inkstream.schemas.v1.Label;
import java.util.stream.Stream;

/**
 * Which of the labels are sent, and as what.
 *
 * @param share of the images that get one, drawn by lot
 * @param wrong share of those whose digit is falsified, drawn by lot
 * @param reason of those that have none; may be empty
 * @param max how many at most
 */
record LabelChoice(double share, double wrong, String reason, long max) {
    /** The reason of labels for images that were chosen by lot, by which the brake judges. */
    static final String RANDOM_AUDIT = "random-audit";

    /** All of them, as they are. */
    static LabelChoice all(String reason) {
        return new LabelChoice(1, 0, reason, Long.MAX_VALUE);
    }

    Stream<Label> of(Stream<Label> labels) {
        return labels.filter(label -> Lot.draw("label", label.getImageId()) < share)
                .map(this::changed)
                .limit(max);
    }

    private Label changed(Label label) {
        Label.Builder changed = label.toBuilder();
        if (Lot.draw("wrong", label.getImageId()) < wrong) {
            changed.setDigit((label.getDigit() + 1) % 10);
        }
        return changed.setReason(label.getReason().isEmpty() ? reason : label.getReason())
                .build();
    }
}
