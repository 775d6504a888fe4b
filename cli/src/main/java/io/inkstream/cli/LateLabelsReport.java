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
 * What the demo of late labels did.
 *
 * @param learned digits that came with their labels
 * @param served digits that came without
 * @param others predictions that came twice, or are of none of them
 * @param handedToTraining labelled images of the topic training, by a consumer under read_committed
 * @param wrong digits among those that were taught with wrong labels
 * @param rejected records that were put aside
 * @param before how the first of the images that were served were read
 * @param after how the last of those before the bad version were read
 * @param good the version to which the brake went back
 * @param bad the version that was let through on purpose
 * @param byBad what that version read
 * @param byLabels how all versions read, by the topic evaluations
 * @param byTruth the same, by predictions and data set
 * @param live the version that is live in the end
 * @param badIsRejected whether no job proposes the bad version again
 * @param why what the history says of the way back
 * @param brakeSeconds from one move of live to the other
 * @param seconds of the whole demo, from the start of the servers
 */
record LateLabelsReport(
        long learned,
        long served,
        long others,
        long handedToTraining,
        long wrong,
        long rejected,
        ServedTally.Count before,
        ServedTally.Count after,
        long good,
        long bad,
        ServedTally.Count byBad,
        ServedTally.Count byLabels,
        ServedTally.Count byTruth,
        long live,
        boolean badIsRejected,
        String why,
        double brakeSeconds,
        double seconds) {

    private static final int INDENT = 11;

    private static final Gson JSON = new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .create();

    /** Every label was joined once and counted once, and the bad version is gone. */
    boolean complete() {
        return others == 0
                && rejected == 0
                && handedToTraining == learned + served + wrong
                && byLabels.equals(byTruth)
                && byTruth.read() == served
                && live == good
                && badIsRejected;
    }

    void write(Path file) throws IOException {
        Files.writeString(file, JSON.toJson(this) + System.lineSeparator());
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                """

                learned    %,d digits that came with their labels
                served     %,d others; their labels came up to 4 s later: each was joined with its image once, and handed
                           to training; %,d put aside
                accuracy   %.1f %% of the first %,d that were served, %.1f %% of %,d once the late labels were learned
                bad        version %d, taught %,d wrong labels and made live by hand, read %.1f %% of %,d right
                brake      took it back after %.1f s, because it was
                %s
                now        version %d is live, and %d is %s
                counted    read right, by the labels: %,d of %,d; by a count of our own: %,d of %,d
                time       %.1f s in all
                """,
                learned,
                served,
                rejected,
                100 * before.accuracy(),
                before.read(),
                100 * after.accuracy(),
                after.read(),
                bad,
                wrong,
                100 * byBad.accuracy(),
                byBad.read(),
                brakeSeconds,
                indented(why),
                live,
                bad,
                badIsRejected ? "rejected: no job proposes it again" : "not rejected",
                byLabels.right(),
                byLabels.read(),
                byTruth.right(),
                byTruth.read(),
                seconds);
    }

    private static String indented(String words) {
        return " ".repeat(INDENT)
                + String.join(System.lineSeparator() + " ".repeat(INDENT), Plain.wrap(words, Plain.WIDTH));
    }
}
