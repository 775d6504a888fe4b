package io.inkstream.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Two versions side by side for people: what one is, what the other is, and how far they are apart; 80 columns wide. */
final class VersionDifference {
    private static final String COLUMNS = "%-16s %-20s %-20s %s";
    private static final int CELL = 20;

    private final ModelStatus status;
    private final ModelVersion a;
    private final ModelVersion b;
    private final StringBuilder text = new StringBuilder();

    VersionDifference(ModelStatus status, ModelVersion a, ModelVersion b) {
        this.status = status;
        this.a = a;
        this.b = b;
    }

    /** @param parameters how far they are apart, or why that is not known */
    String text(String parameters) {
        text.setLength(0);
        line(COLUMNS.formatted("", "version " + a.getVersion(), "version " + b.getVersion(), "difference"));
        both("state", version -> status.state(version).name());
        row("created", Plain.time(a.getCreated()), Plain.time(b.getCreated()), apart());
        both("parent", version -> number(version.getLineage().getParent()));
        both("checkpoint", version -> number(version.getLineage().getCheckpointId()));
        both("job", version -> version.getLineage().getJobId());
        counts("mini-batches", Lineage::getIteration);
        counts("trained", Lineage::getTotalSamplesTrained);
        counts("held out", Lineage::getTotalSamplesHeldOut);
        offsets();
        score("prequential", VersionTable.prequential(a.getLineage()), VersionTable.prequential(b.getLineage()));
        score("holdout", a.getHoldout().getScore(), b.getHoldout().getScore());
        recipe();
        file(a.getOnnx(), b.getOnnx());
        file(a.getTraining(), b.getTraining());
        List<String> words = Plain.wrap(parameters, Plain.WIDTH - 17);
        for (int i = 0; i < words.size(); i++) {
            line("%-16s %s".formatted(i == 0 ? "parameters" : "", words.get(i)));
        }
        return text.toString();
    }

    private String apart() {
        long millis = Timestamps.toMillis(b.getCreated()) - Timestamps.toMillis(a.getCreated());
        return (millis < 0 ? "-" : "+") + Plain.length(Duration.ofMillis(Math.abs(millis)));
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String signed(long number) {
        return String.format(Locale.ROOT, "%+,d", number);
    }

    private static String number(long number) {
        return number == 0 ? "none" : "" + number;
    }

    private void counts(String label, Function<Lineage, Long> count) {
        long first = count.apply(a.getLineage());
        long second = count.apply(b.getLineage());
        row(label, grouped(first), grouped(second), signed(second - first));
    }

    /** Where training stood in each partition; a model has one topic. */
    private void offsets() {
        Map<Integer, Long> first = ends(a.getLineage());
        Map<Integer, Long> second = ends(b.getLineage());
        Map<Integer, Long> all = new TreeMap<>(first);
        all.putAll(second);
        for (int partition : all.keySet()) {
            long from = first.getOrDefault(partition, 0L);
            long to = second.getOrDefault(partition, 0L);
            row("partition " + partition, "up to " + grouped(from), "up to " + grouped(to), signed(to - from));
        }
    }

    /** Releases before there were totals knew the step's offsets only. */
    private static Map<Integer, Long> ends(Lineage lineage) {
        List<OffsetRange> ranges =
                lineage.getTotalOffsetsCount() > 0 ? lineage.getTotalOffsetsList() : lineage.getOffsetsList();
        Map<Integer, Long> ends = new TreeMap<>();
        ranges.forEach(range -> ends.put(range.getPartition(), range.getTo()));
        return ends;
    }

    private void score(String label, Score first, Score second) {
        String change = first.getSamples() == 0 || second.getSamples() == 0
                ? ""
                : String.format(Locale.ROOT, "%+.2f points", 100 * (accuracy(second) - accuracy(first)));
        row(label, scored(first), scored(second), change);
    }

    private static double accuracy(Score score) {
        return (double) score.getCorrect() / score.getSamples();
    }

    private static String scored(Score score) {
        return score.getSamples() == 0 ? "-" : VersionTable.percent(score) + " of " + grouped(score.getSamples());
    }

    private void recipe() {
        List<FieldDescriptor> different = recipeFields(a, b);
        if (different.isEmpty()) {
            row("recipe", a.getLineage().getRecipe().getNetwork(), "the same", "");
        }
        for (FieldDescriptor field : different) {
            row(field.getName(), recipeField(a, field), recipeField(b, field), "");
        }
    }

    static List<FieldDescriptor> recipeFields(ModelVersion a, ModelVersion b) {
        List<FieldDescriptor> different = new ArrayList<>();
        for (FieldDescriptor field : TrainingRecipe.getDescriptor().getFields()) {
            if (!recipeField(a, field).equals(recipeField(b, field))) {
                different.add(field);
            }
        }
        return different;
    }

    static String recipeField(ModelVersion version, FieldDescriptor field) {
        Object value = version.getLineage().getRecipe().getField(field);
        return switch (field.getType()) {
            case UINT64 -> Long.toUnsignedString((Long) value);
            case UINT32 -> Integer.toUnsignedString((Integer) value);
            default -> value.toString();
        };
    }

    private void file(Artifact first, Artifact second) {
        boolean same = first.getSha256().equals(second.getSha256());
        row(
                first.getName(),
                grouped(first.getBytes()) + " bytes",
                grouped(second.getBytes()) + " bytes",
                signed(second.getBytes() - first.getBytes()));
        row("  SHA-256", first.getSha256(), second.getSha256(), same ? "the same" : "different");
    }

    private void both(String label, Function<ModelVersion, String> value) {
        row(label, value.apply(a), value.apply(b), "");
    }

    private void row(String label, String first, String second, String difference) {
        line(COLUMNS.formatted(
                Plain.cut(label, 16), Plain.cut(first, CELL), Plain.cut(second, CELL), Plain.cut(difference, CELL)));
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append(System.lineSeparator());
    }
}
