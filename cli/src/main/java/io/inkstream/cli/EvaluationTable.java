package io.inkstream.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.inkstream.models.accuracy.ConfidenceSequence;
import io.inkstream.models.accuracy.Judged;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.List;
import java.util.Locale;

/** How versions read what they serve, a line for each, at most 80 columns wide. */
final class EvaluationTable {
    private static final String COLUMNS = "%7s %8s %8s %8s %8s %11s %8s %13s";

    private final StringBuilder text = new StringBuilder();

    String text(List<LiveEvaluation> evaluations) {
        text.setLength(0);
        line("%7s %17s %29s %8s".formatted("", "all labels", "random-audit", "latest"));
        line(COLUMNS.formatted("version", "labels", "right", "labels", "right", "within %", "right", "often"));
        evaluations.forEach(evaluation -> line(row(evaluation)));
        return text.toString();
    }

    private static String row(LiveEvaluation evaluation) {
        Judged all = Judged.of(evaluation.getTotal());
        Judged audit = Judged.of(evaluation.getRandomAudit());
        return COLUMNS.formatted(
                Long.toUnsignedString(evaluation.getVersion()),
                count(all),
                percent(all),
                count(audit),
                percent(audit),
                bounds(audit),
                percent(Judged.of(evaluation.getWindow())),
                Mistake.worst(evaluation.getTotal())
                        .map(mistake -> "%d as %d: %,d".formatted(mistake.truth(), mistake.read(), mistake.times()))
                        .orElse("-"));
    }

    private static String count(Judged judged) {
        return String.format(Locale.ROOT, "%,d", judged.labels());
    }

    private static String percent(Judged judged) {
        return judged.labels() == 0 ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * judged.accuracy());
    }

    private static String bounds(Judged judged) {
        ConfidenceSequence.Bounds bounds = ConfidenceSequence.of(judged);
        return judged.labels() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f-%.1f", 100 * bounds.low(), 100 * bounds.high());
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append(System.lineSeparator());
    }

    static JsonObject json(String model, List<LiveEvaluation> evaluations) {
        JsonObject document = new JsonObject();
        document.addProperty("model", model);
        JsonArray rows = new JsonArray();
        for (LiveEvaluation evaluation : evaluations) {
            rows.add(json(evaluation));
        }
        document.add("versions", rows);
        return document;
    }

    static JsonObject json(LiveEvaluation evaluation) {
        JsonObject row = new JsonObject();
        row.addProperty("version", evaluation.getVersion());
        row.add("all", json(evaluation.getTotal()));
        row.add("random_audit", json(evaluation.getRandomAudit()));
        row.add("latest", json(evaluation.getWindow()));
        row.add("evaluation", Json.of(evaluation));
        return row;
    }

    private static JsonObject json(Confusion counts) {
        Judged judged = Judged.of(counts);
        ConfidenceSequence.Bounds bounds = ConfidenceSequence.of(judged);
        JsonObject json = new JsonObject();
        json.addProperty("labels", judged.labels());
        json.addProperty("correct", judged.correct());
        json.addProperty("low", bounds.low());
        json.addProperty("high", bounds.high());
        return json;
    }
}
