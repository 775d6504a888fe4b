package io.inkstream.operators.scoring;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.schemas.v1.DigitHistory;
import io.inkstream.schemas.v1.SourceState;

/** What a scorer remembers of one source: how far it is, with which move it was scored last, and what is usual for it. */
final class SourceHistory {

    private static final int FORMAT = 2;

    /** The running mean follows a change, a dirty scanner say, within some hundred images of a digit. */
    private static final int WINDOW = 100;

    private long sequence;
    private long move;
    private final long[] counts = new long[DigitNetwork.CLASSES];
    private final float[] confidences = new float[DigitNetwork.CLASSES];
    private boolean isNews;

    /**
     * @param state null for a source that was never seen
     * @throws IllegalStateException if a later release wrote it
     */
    static SourceHistory of(SourceState state) {
        SourceHistory history = new SourceHistory();
        if (state == null) {
            return history;
        }
        if (state.getFormat() < 1 || state.getFormat() > FORMAT) {
            throw new IllegalStateException(
                    "a source's state has format %d, this release reads 1 to %d: upgrade Inkstream"
                            .formatted(state.getFormat(), FORMAT));
        }
        history.sequence = state.getSequence();
        history.move = state.getMove();
        for (int digit = 0; digit < state.getDigitsCount(); digit++) {
            history.counts[digit] = state.getDigits(digit).getCount();
            history.confidences[digit] = state.getDigits(digit).getConfidence();
        }
        return history;
    }

    /** Takes note of one more prediction. */
    void add(long byMove, int digit, float probability) {
        sequence++;
        move = byMove;
        counts[digit]++;
        confidences[digit] += (probability - confidences[digit]) / Math.min(counts[digit], WINDOW);
        isNews = true;
    }

    /** Predictions so far. */
    long sequence() {
        return sequence;
    }

    /** The move of the live pointer behind the last one, 0 where there is none. */
    long move() {
        return move;
    }

    long count(int digit) {
        return counts[digit];
    }

    float confidence(int digit) {
        return confidences[digit];
    }

    /** Whether there is something that is not in the state yet. */
    boolean isNews() {
        return isNews;
    }

    /** What is to be in the state; no news after that. */
    SourceState save() {
        isNews = false;
        SourceState.Builder state =
                SourceState.newBuilder().setFormat(FORMAT).setSequence(sequence).setMove(move);
        for (int digit = 0; digit < counts.length; digit++) {
            state.addDigits(DigitHistory.newBuilder().setCount(counts[digit]).setConfidence(confidences[digit]));
        }
        return state.build();
    }
}
