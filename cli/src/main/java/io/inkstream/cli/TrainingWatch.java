package io.inkstream.cli;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Score;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints a line for each version as it is published, and knows what all of them were trained on. */
final class TrainingWatch {
    private final ModelRegistry registry;
    private final PrintStream out;
    private ModelVersion first = ModelVersion.getDefaultInstance();
    private ModelVersion last = ModelVersion.getDefaultInstance();
    private long versions;
    private long trained;
    private long heldOut;

    TrainingWatch(ModelRegistry registry, PrintStream out) {
        this.registry = registry;
        this.out = out;
    }

    /**
     * Prints what is new.
     *
     * @return whether anything is
     */
    boolean look() {
        List<Long> newer = registry.versions().stream()
                .filter(number -> number > last.getVersion())
                .toList();
        for (long number : newer) {
            count(registry.version(number).orElseThrow());
        }
        return !newer.isEmpty();
    }

    private void count(ModelVersion version) {
        Lineage lineage = version.getLineage();
        if (versions == 0) {
            first = version;
            out.println(
                    "  version      trained   images/s   prequential accuracy: of its step, since the start   live");
        }
        last = version;
        versions++;
        trained += lineage.getSamplesTrained();
        heldOut += lineage.getSamplesHeldOut();
        out.printf(
                Locale.ROOT,
                "  %7d %,12d %,10.0f   %18.1f %% %10.1f %% %14s%n",
                version.getVersion(),
                trained,
                imagesPerSecond(),
                100 * share(lineage.getPrequential()),
                100 * prequentialAccuracy(),
                live());
    }

    /** Which version is: one that was just published has still to be loaded by the scorers. */
    private String live() {
        return registry.live().map(live -> "" + live.getVersion()).orElse("-");
    }

    long versions() {
        return versions;
    }

    long trained() {
        return trained;
    }

    long heldOut() {
        return heldOut;
    }

    double prequentialAccuracy() {
        return share(last.getLineage().getTotalPrequential());
    }

    /** From the first version to the newest, by the times at which they were cut; 0 while there is but one. */
    double imagesPerSecond() {
        double seconds = Timestamps.toMillis(last.getCreated()) / 1e3 - Timestamps.toMillis(first.getCreated()) / 1e3;
        return seconds <= 0 ? 0 : (trained - first.getLineage().getSamplesTrained()) / seconds;
    }

    private static double share(Score score) {
        return score.getSamples() == 0 ? 0 : (double) score.getCorrect() / score.getSamples();
    }
}
