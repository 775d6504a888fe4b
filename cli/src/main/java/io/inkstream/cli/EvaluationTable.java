package io.inkstream.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** How versions read what they serve, a line for each, at most 80 columns wide. */
final class EvaluationTable {
    private static final String COLUMNS = "%7s %9s %9s %9s %9s %9s %14s %6s";

    private final StringBuilder text = new StringBuilder();

    String text(List<LiveEvaluation> evaluations, Instant now) {
        text.setLength(0);
        line("%7s %19s %19s %9s".formatted("", "all labels", "random-audit", "latest"));
        line(COLUMNS.formatted("version", "labels", "right", "labels", "right", "right", "often", "age"));
        evaluations.forEach(evaluation -> line(row(evaluation, now)));
        return text.toString();
    }

    private static String row(LiveEvaluation evaluation, Instant now) {
        ConfusionMatrix total = new ConfusionMatrix(evaluation.getTotal());
        ConfusionMatrix audit = new ConfusionMatrix(evaluation.getRandomAudit());
        return COLUMNS.formatted(
                Long.toUnsignedString(evaluation.getVersion()),
                count(total),
                percent(total),
                count(audit),
                percent(audit),
                percent(new ConfusionMatrix(evaluation.getWindow())),
                total.worst()
                        .map(mistake -> "%d as %d: %,d".formatted(mistake.truth(), mistake.read(), mistake.times()))
                        .orElse("-"),
                evaluation.hasUpdated() ? Plain.age(evaluation.getUpdated(), now) : "-");
    }

    private static String count(ConfusionMatrix matrix) {
        return String.format(Locale.ROOT, "%,d", matrix.labels());
    }

    private static String percent(ConfusionMatrix matrix) {
        return matrix.labels() == 0 ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * matrix.accuracy());
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append(System.lineSeparator());
    }

    static JsonObject json(String model, List<LiveEvaluation> evaluations) {
        JsonObject document = new JsonObject();
        document.addProperty("model", model);
        JsonArray rows = new JsonArray();
        for (LiveEvaluation evaluation : evaluations) {
            JsonObject row = new JsonObject();
            row.addProperty("version", evaluation.getVersion());
            row.add("all", json(evaluation.getTotal()));
            row.add("random_audit", json(evaluation.getRandomAudit()));
            row.add("latest", json(evaluation.getWindow()));
            row.add("evaluation", Json.of(evaluation));
            rows.add(row);
        }
        document.add("versions", rows);
        return document;
    }

    private static JsonObject json(Confusion counts) {
        ConfusionMatrix matrix = new ConfusionMatrix(counts);
        JsonObject json = new JsonObject();
        json.addProperty("labels", matrix.labels());
        json.addProperty("correct", matrix.correct());
        return json;
    }
}
