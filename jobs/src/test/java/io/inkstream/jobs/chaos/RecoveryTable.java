package io.inkstream.jobs.chaos;

import com.google.gson.GsonBuilder;
import io.inkstream.jobs.chaos.Fault.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Tells for each kind of fault how long predictions and versions took to flow again. */
final class RecoveryTable {
    private static final String ROW = "| %-32s | %5s | %17s | %14s | %14s | %11s |%n";

    /** In seconds. */
    private record Line(
            String fault,
            int count,
            double predictionsMedian,
            double predictionsMax,
            double versionsMedian,
            double versionsMax) {}

    private final long seed;
    private final List<Recovery> recoveries;

    RecoveryTable(long seed, List<Recovery> recoveries) {
        this.seed = seed;
        this.recoveries = recoveries;
    }

    private List<Line> lines() {
        return List.of(Kind.values()).stream()
                .map(kind -> recoveries.stream()
                        .filter(recovery -> recovery.fault().kind() == kind)
                        .toList())
                .filter(ofKind -> !ofKind.isEmpty())
                .map(RecoveryTable::line)
                .toList();
    }

    private static Line line(List<Recovery> ofKind) {
        double[] predictions = seconds(ofKind, Recovery::ofPredictions);
        double[] versions = seconds(ofKind, Recovery::ofVersions);
        int last = ofKind.size() - 1;
        return new Line(
                ofKind.get(0).fault().kind().label(),
                ofKind.size(),
                median(predictions),
                predictions[last],
                median(versions),
                versions[last]);
    }

    private static double[] seconds(List<Recovery> recoveries, Function<Recovery, Duration> which) {
        return recoveries.stream()
                .mapToDouble(recovery -> which.apply(recovery).toMillis() / 1e3)
                .sorted()
                .toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    String text() {
        StringBuilder text = new StringBuilder(
                ROW.formatted("fault", "count", "predictions: s", "at most", "versions: s", "at most"));
        text.append("|---|---|---|---|---|---|\n");
        for (Line line : lines()) {
            text.append(ROW.formatted(
                    line.fault(),
                    line.count(),
                    seconds(line.predictionsMedian()),
                    seconds(line.predictionsMax()),
                    seconds(line.versionsMedian()),
                    seconds(line.versionsMax())));
        }
        return text.toString();
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    String json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("seed", seed);
        document.put("faults", lines());
        document.put(
                "recoveries",
                recoveries.stream()
                        .map(recovery -> Map.of(
                                "fault",
                                recovery.fault().toString(),
                                "at",
                                recovery.from().toString(),
                                "predictions",
                                recovery.ofPredictions().toMillis() / 1e3,
                                "versions",
                                recovery.ofVersions().toMillis() / 1e3))
                        .toList());
        return new GsonBuilder().setPrettyPrinting().create().toJson(document);
    }
}
