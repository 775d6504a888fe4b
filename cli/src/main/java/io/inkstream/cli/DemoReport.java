package io.inkstream.cli;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the demo did.
 *
 * @param trained images, by the lineage of the published versions
 * @param scored predictions, by a consumer under read_committed
 * @param prequentialAccuracy over all trained images, each judged before it was trained on
 * @param seconds of the whole demo, from the start of the servers
 */
record DemoReport(
        long trained,
        long scored,
        long distinct,
        long duplicates,
        long missing,
        double accuracy,
        double prequentialAccuracy,
        long versions,
        long rejected,
        double trainImagesPerSecond,
        double seconds) {

    private static final Gson JSON = new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .create();

    /** Every image that was to be trained on is in a version or was put aside, and each one to score came once. */
    boolean complete(long toTrain) {
        return trained + rejected == toTrain && missing == 0 && duplicates == 0;
    }

    void write(Path file) throws IOException {
        Files.writeString(file, JSON.toJson(this) + System.lineSeparator());
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                """

                trained   %,d images, each in exactly one of %,d versions; %,.0f a second; %,d put aside
                          %.1f %% right when they came in, before training on them
                scored    %,d images; %,d twice, %,d missing
                accuracy  %.2f %%
                time      %.1f s in all
                """,
                trained,
                versions,
                trainImagesPerSecond,
                rejected,
                100 * prequentialAccuracy,
                scored,
                duplicates,
                missing,
                100 * accuracy,
                seconds);
    }
}
