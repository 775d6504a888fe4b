package io.inkstream.cli;

import io.inkstream.models.accuracy.ConfidenceSequence;
import io.inkstream.models.accuracy.Judged;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a version reads what it serves, in the lines of a {@link VersionDescription}, with the confusion matrix. */
final class ServedAccuracy {
    private static final int DIGITS = 10;
    private static final String SCORES = "%-14s %15s %15s %15s";
    /** Larger counts would not fit eleven times into a line. */
    private static final long LARGEST = 99_999;

    private final LiveEvaluation evaluation;
    private final List<String> lines = new ArrayList<>();

    ServedAccuracy(LiveEvaluation evaluation) {
        this.evaluation = evaluation;
    }

    List<String> lines() {
        lines.clear();
        line("by late labels", "right", "of", "95 % within");
        score("  all", evaluation.getTotal());
        score("  random-audit", evaluation.getRandomAudit());
        score("  latest", evaluation.getWindow());
        matrix(evaluation.getTotal());
        return lines;
    }

    private void score(String label, Confusion counts) {
        Judged judged = Judged.of(counts);
        if (judged.labels() == 0) {
            line(label, "-", "0", "-");
            return;
        }
        ConfidenceSequence.Bounds bounds = ConfidenceSequence.of(judged);
        line(
                label,
                String.format(Locale.ROOT, "%.2f %%", 100 * judged.accuracy()),
                String.format(Locale.ROOT, "%,d", judged.labels()),
                String.format(Locale.ROOT, "%.2f-%.2f", 100 * bounds.low(), 100 * bounds.high()));
    }

    private void matrix(Confusion counts) {
        if (counts.getCountsCount() < DIGITS * DIGITS) {
            return;
        }
        StringBuilder header = new StringBuilder("%-15s".formatted("  truth / read"));
        for (int read = 0; read < DIGITS; read++) {
            header.append("%6d".formatted(read));
        }
        lines.add(header.toString());
        for (int truth = 0; truth < DIGITS; truth++) {
            StringBuilder row = new StringBuilder("%14d ".formatted(truth));
            for (int read = 0; read < DIGITS; read++) {
                row.append("%6s".formatted(count(counts.getCounts(DIGITS * truth + read))));
            }
            lines.add(row.toString());
        }
    }

    /** A dot for none, so that mistakes are seen; thousands and millions where the count itself does not fit. */
    private static String count(long count) {
        if (count == 0) {
            return ".";
        } else if (count <= LARGEST) {
            return Long.toString(count);
        }
        return count / 1_000 < 10_000 ? count / 1_000 + "k" : count / 1_000_000 + "M";
    }

    private void line(String label, String right, String of, String within) {
        lines.add(SCORES.formatted(label, right, of, within).stripTrailing());
    }
}
