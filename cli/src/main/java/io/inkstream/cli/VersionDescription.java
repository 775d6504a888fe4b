package io.inkstream.cli;

import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A version's metadata for people: a line for each fact, at most 80 columns wide as long as names are not longer. */
final class VersionDescription {
    private final ModelVersion version;
    private final Lineage lineage;
    private final ModelStatus status;
    private final Optional<Move> madeLive;
    private final Optional<LiveEvaluation> served;
    private final StringBuilder text = new StringBuilder();

    /**
     * @param history moves of the live pointer, oldest first
     * @param served how it reads what it serves, where labels have told
     */
    VersionDescription(ModelVersion version, ModelStatus status, List<Move> history, Optional<LiveEvaluation> served) {
        this.version = version;
        this.lineage = version.getLineage();
        this.status = status;
        this.served = served;
        this.madeLive = history.stream()
                .filter(move -> move.getTo() == version.getVersion())
                .reduce((earlier, later) -> later);
    }

    String text() {
        text.setLength(0);
        text.append("version %d of %s".formatted(version.getVersion(), version.getModel()))
                .append(System.lineSeparator());
        standing();
        line("created", "%s", time(version.getCreated()));
        files();
        origin();
        offsets();
        samples();
        accuracy();
        served.ifPresent(evaluation -> new ServedAccuracy(evaluation)
                .lines()
                .forEach(served -> text.append(served).append(System.lineSeparator())));
        recipe();
        return text.toString();
    }

    private void standing() {
        long number = version.getVersion();
        String since = status.isLive(number)
                ? " since " + time(status.live().orElseThrow().getSince())
                : "";
        line("state", "%s%s", status.state(version), since);
        if (!version.getReason().isEmpty()) {
            words("reason", version.getReason());
        }
        madeLive.ifPresent(move -> {
            line("made live", "%s", time(move.getAt()));
            words("", "by " + VersionTable.who(move.getBy(), move.getWhy()));
        });
        if (status.isPinned(number)) {
            LivePointer live = status.live().orElseThrow();
            words("pinned", "by " + VersionTable.who(live.getBy(), live.getWhy()));
        }
        if (version.getAttempts() > 0) {
            line("proposed", "%s", Plain.count(version.getAttempts(), "time"));
        }
        scorers("loaded by", status.loadedBy(number));
        scorers("served by", status.servedBy(number));
    }

    private void scorers(String label, List<ScorerStatus> scorers) {
        line(label, "%d of %s", scorers.size(), Plain.count(status.scorers().size(), "scorer"));
        scorers.forEach(scorer -> words("", ModelStatus.name(scorer)));
    }

    private void words(String label, String words) {
        for (String line : Plain.wrap(words, Plain.WIDTH - 15)) {
            line(label, "%s", line);
            label = "";
        }
    }

    private void files() {
        line("files in", "%s", version.getLocation());
        for (Artifact file : List.of(version.getOnnx(), version.getTraining())) {
            line("  " + file.getName(), "%,d bytes, SHA-256", file.getBytes());
            line("", "%s", file.getSha256());
        }
    }

    private void origin() {
        line("parent", "%s", lineage.getParent() == 0 ? "none" : "version " + lineage.getParent());
        line(
                "cut",
                "%s",
                lineage.getEndOfInput() ? "at the end of the input" : "at checkpoint " + lineage.getCheckpointId());
        line("", "by job %s", lineage.getJobId());
        if (lineage.getTrainers() > 1) {
            line("trainers", "%d, their parameters averaged", lineage.getTrainers());
        }
        if (lineage.getRescaled()) {
            line("rescaled", "the number of trainers was changed since the parent");
        }
    }

    private void offsets() {
        ranges("offsets", lineage.getOffsetsList());
        ranges("  since start", lineage.getTotalOffsetsList());
        if (version.hasOrder()) {
            line(
                    "order",
                    "%,d bytes in %s",
                    version.getOrder().getBytes(),
                    version.getOrder().getName());
            return;
        }
        List<PartitionRun> order = lineage.getOrderList();
        long partitions =
                order.stream().map(PartitionRun::getPartition).distinct().count();
        line("order", "%s", Plain.count(order.size(), "run") + " from " + Plain.count(partitions, "partition"));
    }

    private void ranges(String label, List<OffsetRange> ranges) {
        for (OffsetRange range : ranges) {
            line(label, "%s-%d [%d, %d)", range.getTopic(), range.getPartition(), range.getFrom(), range.getTo());
            label = "";
        }
    }

    private void samples() {
        line("samples", "%15s %15s", "of the step", "since start");
        line("  trained", "%,15d %,15d", lineage.getSamplesTrained(), lineage.getTotalSamplesTrained());
        line("  held out", "%,15d %,15d", lineage.getSamplesHeldOut(), lineage.getTotalSamplesHeldOut());
        line("  rejected", "%,15d", lineage.getSamplesRejected());
        line("mini-batches", "%15s %,15d", "", lineage.getIteration());
    }

    private void accuracy() {
        line("accuracy", "%15s %15s %15s", "right", "of", "mean loss");
        score("  of the step", lineage.getPrequential());
        score("  window", lineage.getWindowPrequential());
        score("  since start", lineage.getTotalPrequential());
        if (!version.hasHoldout()) {
            line("  holdout", "%15s", "nothing yet");
            return;
        }
        Evaluation holdout = version.getHoldout();
        score("  holdout", holdout.getScore());
        line(
                "",
                "%.2f %% to %.2f %% with 95 %% confidence; rank %d of %d",
                100 * holdout.getLow(),
                100 * holdout.getHigh(),
                holdout.getRank(),
                holdout.getCompared() + 1);
    }

    private void score(String label, Score score) {
        if (score.getSamples() > 0) {
            double samples = score.getSamples();
            line(
                    label,
                    "%13.2f %% %,15d %15.4f",
                    100 * score.getCorrect() / samples,
                    score.getSamples(),
                    score.getLossSum() / samples);
        }
    }

    private void recipe() {
        TrainingRecipe recipe = lineage.getRecipe();
        line(
                "recipe",
                "%s, batch size %s, learning rate %s, averaging %s",
                recipe.getNetwork(),
                Integer.toUnsignedString(recipe.getBatchSize()),
                recipe.getLearningRate(),
                recipe.getAveraging());
        line(
                "",
                "replay %d, %d in each mini-batch; replicas %d; holdout %s",
                recipe.getReplay(),
                recipe.getReplayed(),
                Math.max(1, recipe.getReplicas()),
                recipe.getHoldout());
        line("", "seed %s", Long.toUnsignedString(recipe.getSeed()));
    }

    private static String time(Timestamp timestamp) {
        return Plain.time(timestamp) + " UTC";
    }

    private void line(String label, String format, Object... values) {
        String line = "%-14s ".formatted(label) + String.format(Locale.ROOT, format, values);
        text.append(Plain.line(line.stripTrailing())).append(System.lineSeparator());
    }
}
