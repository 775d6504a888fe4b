package io.inkstream.operators.feedback;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveAccuracyState;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.Truth;
import java.util.List;

/** Adds outcomes to the counts of a version, and sums them up. */
final class LiveCounts {

    static final int FORMAT = 1;

    /** The window moves by a block at a time. */
    static final int BLOCKS = 10;

    static final int BLOCK = 100;

    private static final int DIGITS = 10;
    private static final int CELLS = DIGITS * DIGITS;

    private LiveCounts() {}

    /**
     * The state that was read, or that of a version without outcomes.
     *
     * @param read null where there is none
     * @throws IllegalStateException if a later release wrote it
     */
    static LiveAccuracyState require(LiveAccuracyState read) {
        if (read == null) {
            return LiveAccuracyState.newBuilder().setFormat(FORMAT).build();
        }
        if (read.getFormat() != FORMAT) {
            throw new IllegalStateException(
                    "the state of a version's accuracy has format %d, this release reads %d: upgrade Inkstream"
                            .formatted(read.getFormat(), FORMAT));
        }
        return read;
    }

    static LiveAccuracyState.Builder add(LiveAccuracyState counts, Outcome outcome) {
        LiveAccuracyState.Builder next = counts.toBuilder();
        int predicted = outcome.getPredicted();
        count(next, outcome.getTruth(), predicted, 1);
        if (outcome.hasReplaced()) {
            count(next, outcome.getReplaced(), predicted, -1);
        }
        moveWindow(next, cell(outcome.getTruth(), predicted));
        return next;
    }

    private static void count(LiveAccuracyState.Builder counts, Truth truth, int predicted, int by) {
        int cell = cell(truth, predicted);
        counts.setTotal(plus(counts.getTotal(), cell, by));
        if (truth.getRandomAudit()) {
            counts.setRandomAudit(plus(counts.getRandomAudit(), cell, by));
        }
    }

    private static int cell(Truth truth, int predicted) {
        return DIGITS * truth.getDigit() + predicted;
    }

    /** Never below 0: what is to be taken back may have been counted before the version was forgotten. */
    private static Confusion plus(Confusion confusion, int cell, int by) {
        Confusion.Builder sum = confusion.toBuilder();
        while (sum.getCountsCount() < CELLS) {
            sum.addCounts(0);
        }
        return sum.setCounts(cell, Math.max(0, sum.getCounts(cell) + by)).build();
    }

    private static void moveWindow(LiveAccuracyState.Builder counts, int cell) {
        int blocks = counts.getWindowCount();
        if (blocks == 0 || labels(counts.getWindow(blocks - 1)) >= BLOCK) {
            counts.addWindow(Confusion.getDefaultInstance());
            if (counts.getWindowCount() > BLOCKS) {
                counts.removeWindow(0);
            }
        }
        int last = counts.getWindowCount() - 1;
        counts.setWindow(last, plus(counts.getWindow(last), cell, 1));
    }

    private static long labels(Confusion confusion) {
        return confusion.getCountsList().stream().mapToLong(Long::longValue).sum();
    }

    /** Without the names of model and version, and the time. */
    static LiveEvaluation evaluation(LiveAccuracyState counts) {
        return LiveEvaluation.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setTotal(counts.getTotal())
                .setRandomAudit(counts.getRandomAudit())
                .setWindow(sum(counts.getWindowList()))
                .setSequence(counts.getSequence())
                .build();
    }

    private static Confusion sum(List<Confusion> blocks) {
        long[] sums = new long[CELLS];
        for (Confusion block : blocks) {
            for (int cell = 0; cell < CELLS; cell++) {
                sums[cell] += block.getCounts(cell);
            }
        }
        Confusion.Builder sum = Confusion.newBuilder();
        for (long count : sums) {
            sum.addCounts(count);
        }
        return sum.build();
    }
}
