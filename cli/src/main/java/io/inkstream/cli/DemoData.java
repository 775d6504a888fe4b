package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which digits the demo learns from, and which it keeps apart to be tested with. */
final class DemoData {
    @Option(
            names = "--train",
            paramLabel = "DATASET",
            description = "Digits with labels to learn from, as for 'produce'. Default: the samples.")
    private String train;

    @Option(
            names = "--test",
            paramLabel = "DATASET",
            description = "Digits with labels to score. Default: what --hold-out says.")
    private String test;

    @Option(
            names = "--hold-out",
            paramLabel = "N",
            description = "Do not train on the last N of --train, score them. Default, without --test: a tenth, with"
                    + " --late-labels a half.")
    private Long holdOut;

    /**
     * @param train to learn from
     * @param test to score, none of them in {@code train}
     */
    record Split(Dataset train, Dataset test) {}

    /** @param share one in so many is kept apart, where no option says otherwise */
    Split open(int share) {
        if (test != null && holdOut != null) {
            throw new CliException("--test and --hold-out both say what to score: give one of them");
        }
        Dataset all = Datasets.open(train == null ? samples() : train).requireLabels();
        if (test != null) {
            return new Split(all, Datasets.open(test).requireLabels());
        }
        long held = holdOut == null ? all.size() / share : holdOut;
        if (held < 1 || held >= all.size()) {
            throw new CliException("--hold-out must be from 1 to %d: %s has %d digits"
                    .formatted(all.size() - 1, all.name(), all.size()));
        }
        return new Split(all.slice(0, all.size() - held), all.slice(all.size() - held, all.size()));
    }

    /** The launcher says where it is; else the working folder is taken for it. */
    private static String samples() {
        return Path.of(System.getProperty("inkstream.home", "."), "samples", "digits")
                .toString();
    }
}
