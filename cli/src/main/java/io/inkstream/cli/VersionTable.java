package io.inkstream.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Score;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Versions for people, a line for each, at most 80 columns wide; what is live and what is to be in words below. */
final class VersionTable {
    private static final String COLUMNS = "%7s  %-12s %13s %11s %8s %5s %6s %7s";

    private final String model;
    private final ModelStatus status;
    private final Map<Long, LiveEvaluation> accuracies;
    private final StringBuilder text = new StringBuilder();

    /** @param accuracies of the versions about which labels have told */
    VersionTable(String model, ModelStatus status, Map<Long, LiveEvaluation> accuracies) {
        this.model = model;
        this.status = status;
        this.accuracies = accuracies;
    }

    /**
     * @param versions in the order in which they are shown
     * @param existing how many there are in all
     */
    String text(List<ModelVersion> versions, int existing, Instant now) {
        text.setLength(0);
        if (existing == 0) {
            line("no version of the model %s has been published".formatted(model));
        } else {
            line(COLUMNS.formatted(
                    "version", "state", "trained", "prequential", "holdout", "age", "loaded", "serving"));
            versions.forEach(version -> line(row(version, now)));
        }
        if (versions.size() < existing) {
            line("%d of %d versions; --limit 0 shows all".formatted(versions.size(), existing));
        }
        status.live().ifPresent(live -> words(live(live)));
        status.candidate().ifPresent(candidate -> words(candidate(candidate, now)));
        List<LiveEvaluation> judged =
                versions.stream().flatMap(version -> accuracy(version).stream()).toList();
        if (!judged.isEmpty()) {
            line("");
            line("by labels that came late:");
            text.append(new EvaluationTable().text(judged));
        }
        return text.toString();
    }

    private Optional<LiveEvaluation> accuracy(ModelVersion version) {
        return Optional.ofNullable(accuracies.get(version.getVersion()));
    }

    private String row(ModelVersion version, Instant now) {
        long number = version.getVersion();
        Lineage lineage = version.getLineage();
        String state = status.state(version) + (status.isPinned(number) ? ", pinned" : "");
        return String.format(
                Locale.ROOT,
                COLUMNS,
                number,
                state,
                String.format(Locale.ROOT, "%,d", lineage.getTotalSamplesTrained()),
                percent(prequential(lineage)),
                percent(version.getHoldout().getScore()),
                version.hasCreated() ? Plain.age(version.getCreated(), now) : "-",
                ofScorers(status.loadedBy(number).size()),
                ofScorers(status.servedBy(number).size()));
    }

    private String ofScorers(int some) {
        int all = status.scorers().size();
        return all == 0 ? "-" : some + "/" + all;
    }

    /** Over the latest 10,000 samples, as far as the release that made the version knew; else over those of its step. */
    static Score prequential(Lineage lineage) {
        return lineage.hasWindowPrequential() ? lineage.getWindowPrequential() : lineage.getPrequential();
    }

    static String percent(Score score) {
        return score.getSamples() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.2f %%", 100.0 * score.getCorrect() / score.getSamples());
    }

    private static String live(LivePointer live) {
        return "live: %d since %s UTC%s, by %s"
                .formatted(
                        live.getVersion(),
                        Plain.time(live.getSince()),
                        live.getPinned() ? ", pinned" : "",
                        who(live.getBy(), live.getWhy()));
    }

    private static String candidate(Candidate candidate, Instant now) {
        return "candidate: %d for %s%s, by %s"
                .formatted(
                        candidate.getVersion(),
                        Plain.age(candidate.getSince(), now),
                        candidate.getPin() ? ", to be pinned" : "",
                        who(candidate.getBy(), candidate.getWhy()));
    }

    /** Who and why, as far as it is known. */
    static String who(String by, String why) {
        String name = by.isEmpty() ? "unknown" : by;
        return why.isEmpty() ? name : name + ": " + why;
    }

    private void words(String words) {
        Plain.wrap(words, Plain.WIDTH).forEach(this::line);
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append(System.lineSeparator());
    }

    JsonObject json(List<ModelVersion> versions, int existing) {
        JsonObject document = new JsonObject();
        document.addProperty("model", model);
        document.addProperty("existing", existing);
        document.add("live", Json.of(status.live()));
        document.add("candidate", Json.of(status.candidate()));
        document.add("scorers", Json.of(status.scorers()));
        JsonArray rows = new JsonArray();
        versions.forEach(version -> rows.add(json(version)));
        document.add("versions", rows);
        return document;
    }

    private JsonObject json(ModelVersion version) {
        long number = version.getVersion();
        JsonObject row = new JsonObject();
        row.addProperty("version", number);
        row.addProperty("state", status.state(version).name());
        row.addProperty("pinned", status.isPinned(number));
        row.addProperty("loaded", status.loadedBy(number).size());
        row.addProperty("serving", status.servedBy(number).size());
        row.add("metadata", Json.of(version));
        row.add(
                "accuracy",
                accuracy(version).<JsonElement>map(EvaluationTable::json).orElse(JsonNull.INSTANCE));
        return row;
    }
}
