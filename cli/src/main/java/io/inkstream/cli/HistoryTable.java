package io.inkstream.cli;

import com.google.gson.JsonObject;
import io.inkstream.schemas.v1.Move;
import java.util.Iterator;
import java.util.List;

/** Moves of the live pointer for people: when, from where to where, who and why; at most 80 columns wide. */
final class HistoryTable {
    private static final String COLUMNS = "%-19s  %7s -> %-7s  %-20s  %s";
    private static final int BY = 20;
    /** Where the last column begins, and how wide it is. */
    private static final int BEFORE_WHY = 63;

    private static final int WHY = Plain.WIDTH - BEFORE_WHY;

    private final String model;
    private final StringBuilder text = new StringBuilder();

    HistoryTable(String model) {
        this.model = model;
    }

    /** @param moves in the order in which they are shown */
    String text(List<Move> moves) {
        text.setLength(0);
        if (moves.isEmpty()) {
            line("no version of the model %s has been live yet".formatted(model));
        } else {
            line(COLUMNS.formatted("when (UTC)", "from", "to", "by", "why"));
            moves.forEach(this::move);
        }
        return text.toString();
    }

    private void move(Move move) {
        Iterator<String> why = Plain.wrap(move.getWhy(), WHY).iterator();
        line(COLUMNS.formatted(
                Plain.time(move.getAt()),
                move.getFrom() == 0 ? "-" : "" + move.getFrom(),
                "" + move.getTo(),
                Plain.cut(move.getBy(), BY),
                why.next()));
        why.forEachRemaining(more -> line(" ".repeat(BEFORE_WHY) + more));
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append(System.lineSeparator());
    }

    JsonObject json(List<Move> moves) {
        JsonObject document = new JsonObject();
        document.addProperty("model", model);
        document.add("moves", Json.of(moves));
        return document;
    }
}
