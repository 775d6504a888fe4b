package io.inkstream.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Shows, while images are served, which version reads them and how many it misreads, in stars, too. */
final class ServedTable {
    private static final int MOST_STARS = 50;

    private final PrintStream out;
    private final ServedTally tally;
    private final Rows rows;
    private final Words words;
    private int printed;
    private long version;

    /**
     * What makes a row.
     *
     * @param images at most so many
     * @param ofOneVersion whether it ends where the version changes
     * @param starsForAll so many if all of them were misread
     */
    record Rows(int images, boolean ofOneVersion, double starsForAll) {}

    /** What a row says besides. */
    interface Words {
        /** Heads the column before the last one; may be empty. */
        String head();

        /** What stands there now. */
        String now();

        /** What is said beside the first row of a version; may be empty. */
        String remark(long version);
    }

    ServedTable(PrintStream out, ServedTally tally, Rows rows, Words words) {
        this.out = out;
        this.tally = tally;
        this.rows = rows;
        this.words = words;
        out.println(line("served", "by version", words.head(), "misread", "", ""));
    }

    private static String line(String served, String by, String words, String misread, String stars, String remark) {
        return "  %7s   %10s%s   %7s  %s  %s"
                .formatted(served, by, words.isEmpty() ? "" : "   %14s".formatted(words), misread, stars, remark)
                .stripTrailing();
    }

    /** Prints the rows that have become full. */
    void look() {
        print(false);
    }

    /** Prints the rest. */
    void end() {
        print(true);
    }

    private void print(boolean all) {
        List<ServedTally.Reading> readings = tally.from(printed);
        int length = length(readings);
        while (length > 0 && (all || isComplete(length, readings))) {
            row(readings.subList(0, length));
            printed += length;
            readings = readings.subList(length, readings.size());
            length = length(readings);
        }
    }

    private boolean isComplete(int length, List<ServedTally.Reading> readings) {
        return length == rows.images() || length < readings.size();
    }

    /** Of the row that comes next, as far as it is known. */
    private int length(List<ServedTally.Reading> readings) {
        int most = Math.min(rows.images(), readings.size());
        int length = 0;
        while (length < most
                && (!rows.ofOneVersion()
                        || readings.get(length).version() == readings.get(0).version())) {
            length++;
        }
        return length;
    }

    private void row(List<ServedTally.Reading> row) {
        long first = row.get(0).version();
        long last = row.get(row.size() - 1).version();
        double misread = 1 - ServedTally.Count.of(row).accuracy();
        String remark = first == version ? "" : words.remark(first);
        version = last;
        out.println(line(
                String.format(Locale.ROOT, "%,d", printed + row.size()),
                first == last ? "" + first : first + " to " + last,
                words.now(),
                String.format(Locale.ROOT, "%.1f %%", 100 * misread),
                "*".repeat((int) Math.min(MOST_STARS, Math.round(misread * rows.starsForAll()))),
                remark));
    }
}
