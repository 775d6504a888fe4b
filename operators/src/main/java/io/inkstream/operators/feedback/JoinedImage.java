package io.inkstream.operators.feedback;

import io.inkstream.schemas.v1.JoinState;
import io.inkstream.schemas.v1.LateLabel;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.ServedDigit;
import io.inkstream.schemas.v1.Truth;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of one image beside its pixels, and what follows from each event of it. In whatever order events come,
 * the same label is in force in the end, and each version is judged by it once.
 */
final class JoinedImage {

    private static final int FORMAT = 1;

    /** An image that is served again and again may not fill the state. */
    static final int MAX_VERSIONS = 8;

    /** Two labels that were given at the same time are told apart by where they stand. */
    private static final Comparator<LateLabel> BY_TIME = Comparator.comparingLong(LateLabel::getLabeled)
            .thenComparingInt(LateLabel::getPartition)
            .thenComparingLong(LateLabel::getOffset);

    private final JoinState.Builder state;

    private JoinedImage(JoinState.Builder state) {
        this.state = state;
    }

    /**
     * @param state null for an image of which nothing is known
     * @throws IllegalStateException if a later release wrote it
     */
    static JoinedImage of(JoinState state) {
        if (state == null) {
            return new JoinedImage(JoinState.newBuilder().setFormat(FORMAT));
        }
        if (state.getFormat() != FORMAT) {
            throw new IllegalStateException(
                    "the label join's state has format %d, this release reads %d: upgrade Inkstream"
                            .formatted(state.getFormat(), FORMAT));
        }
        return new JoinedImage(state.toBuilder());
    }

    /** Takes note of the image; does nothing where it has come before. */
    void addImage() {
        state.setHasImage(true);
        if (state.hasLabel()) {
            state.setLabel(inBrief(state.getLabel()));
        }
    }

    /** Judges what a version has read, where there is a label; a version counts once. */
    Optional<Outcome> addServed(ServedDigit served) {
        List<ServedDigit> known = state.getServedList();
        int at = 0;
        while (at < known.size() && known.get(at).getVersion() < served.getVersion()) {
            at++;
        }
        boolean isKnown = at < known.size() && known.get(at).getVersion() == served.getVersion();
        boolean isFull = known.size() == MAX_VERSIONS;
        boolean isTooOld = isFull && at == 0;
        if (isKnown || isTooOld) {
            return Optional.empty();
        }
        state.addServed(at, served);
        if (isFull) {
            state.removeServed(0);
        }
        return truth().map(truth -> outcome(served, truth).build());
    }

    /** Takes note of a label, and says what it changes. */
    LabelChange addLabel(LateLabel label) {
        Optional<Truth> before = truth();
        if (!state.hasLabel() || BY_TIME.compare(label, state.getLabel()) > 0) {
            state.setLabel(state.getHasImage() ? inBrief(label) : label);
        }
        if (label.getReason().equals(Feedback.RANDOM_AUDIT)) {
            state.setRandomAudit(true);
        }
        Truth now = truth().orElseThrow();
        if (before.isEmpty()) {
            return new LabelChange(LabelChange.Kind.FIRST, judge(now));
        }
        if (before.get().equals(now)) {
            return new LabelChange(LabelChange.Kind.NONE, List.of());
        }
        boolean isCorrected = before.get().getDigit() != now.getDigit();
        return new LabelChange(
                isCorrected ? LabelChange.Kind.CORRECTION : LabelChange.Kind.AUDIT, judgeAgain(before.get(), now));
    }

    private List<Outcome> judge(Truth truth) {
        return state.getServedList().stream()
                .map(served -> outcome(served, truth).build())
                .toList();
    }

    private List<Outcome> judgeAgain(Truth replaced, Truth truth) {
        return state.getServedList().stream()
                .map(served -> outcome(served, truth).setReplaced(replaced).build())
                .toList();
    }

    private static Outcome.Builder outcome(ServedDigit served, Truth truth) {
        return Outcome.newBuilder()
                .setVersion(served.getVersion())
                .setPredicted(served.getDigit())
                .setTruth(truth);
    }

    /** What the label in force says; empty where none has come. */
    Optional<Truth> truth() {
        return label().map(label -> Truth.newBuilder()
                .setDigit(label.getDigit())
                .setRandomAudit(state.getRandomAudit())
                .build());
    }

    /** The label in force; whole, as long as there is no image. */
    Optional<LateLabel> label() {
        return state.hasLabel() ? Optional.of(state.getLabel()) : Optional.empty();
    }

    boolean hasImage() {
        return state.getHasImage();
    }

    boolean isServed() {
        return state.getServedCount() > 0;
    }

    /** Event time at which all is to be forgotten. */
    long expires() {
        return state.getExpires();
    }

    /** All is remembered until then at least. */
    void keepUntil(long time) {
        state.setExpires(Math.max(state.getExpires(), time));
    }

    JoinState save() {
        return state.build();
    }

    /** A label that has its image is not put aside any more: its record may go. */
    private static LateLabel inBrief(LateLabel label) {
        return label.toBuilder().clearTopic().clearReason().clearValue().build();
    }
}
