package io.inkstream.cli;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A version's metadata for people: a line for each fact, at most 80 columns wide as long as names are not longer. */
final class VersionDescription {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final ModelVersion version;
    private final Lineage lineage;
    private final Optional<LivePointer> live;
    private final StringBuilder text = new StringBuilder();

    VersionDescription(ModelVersion version, Optional<LivePointer> live) {
        this.version = version;
        this.lineage = version.getLineage();
        this.live = live.filter(pointer -> pointer.getVersion() == version.getVersion());
    }

    String text() {
        text.setLength(0);
        text.append("version %d of %s".formatted(version.getVersion(), version.getModel()))
                .append(System.lineSeparator());
        line(
                "state",
                "%s, %s",
                version.getState(),
                live.isPresent() ? "live since " + time(live.get().getSince()) : "not live");
        line("created", "%s", time(version.getCreated()));
        files();
        origin();
        offsets();
        samples();
        accuracy();
        recipe();
        return text.toString();
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
        List<PartitionRun> order = lineage.getOrderList();
        long partitions =
                order.stream().map(PartitionRun::getPartition).distinct().count();
        line("order", "%s", count(order.size(), "run") + " from " + count(partitions, "partition"));
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

    private static String count(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }

    private static String time(Timestamp timestamp) {
        return TIME.format(Instant.ofEpochMilli(Timestamps.toMillis(timestamp))) + " UTC";
    }

    private void line(String label, String format, Object... values) {
        String line = "%-14s ".formatted(label) + String.format(Locale.ROOT, format, values);
        text.append(line.stripTrailing()).append(System.lineSeparator());
    }
}
