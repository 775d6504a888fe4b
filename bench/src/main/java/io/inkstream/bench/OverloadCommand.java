package io.inkstream.bench;

import io.inkstream.datasets.Datasets;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends labelled images much faster than they can be trained on, and looks at what gives. */
@Command(
        name = "overload",
        description =
                "Sends labelled images faster than training can follow. Memory must stay flat, the lag grow in Kafka,"
                        + " checkpoints complete and no record be left out. Exits with 1 where a record was.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class OverloadCommand implements Callable<Integer> {
    private static final int LOOKS = 12;

    @Option(
            names = "--train",
            paramLabel = "DATASET",
            defaultValue = "${sys:inkstream.home:-.}/samples/digits",
            description = "What to send, over and over.")
    private String train;

    @Option(names = "--network", paramLabel = "NAME", description = "What to train.")
    private String network = "lenet";

    @Option(names = "--rate", paramLabel = "N", description = "Images a second.")
    private int rate = 5_000;

    @Option(names = "--seconds", paramLabel = "N", description = "How long.")
    private int seconds = 120;

    @Mixin
    private JsonOption json;

    /**
     * What was seen at one time.
     *
     * @param second since the start
     * @param megabytes of the whole process: servers, job and producer
     * @param completed checkpoints
     */
    record Look(long second, long sent, long trained, long megabytes, int completed, int failed) {}

    @Override
    public Integer call() throws Exception {
        List<Look> looks = new ArrayList<>();
        PrintStream out = System.out;
        out.println("| second | sent | trained | process MB | checkpoints | failed |");
        out.println("|--:|--:|--:|--:|--:|--:|");
        try (Overload overload = new Overload(Datasets.open(train).requireLabels(), network, rate)) {
            for (int i = 1; i <= LOOKS; i++) {
                overload.sendUntil(seconds * (double) i / LOOKS);
                Look look = overload.look();
                looks.add(look);
                out.printf(
                        Locale.ROOT,
                        "| %d | %,d | %,d | %,d | %d | %d |%n",
                        look.second(),
                        look.sent(),
                        look.trained(),
                        look.megabytes(),
                        look.completed(),
                        look.failed());
            }
            overload.failures().forEach(out::println);
            List<String> gaps = overload.gaps();
            gaps.forEach(out::println);
            json.write(looks);
            return gaps.isEmpty() ? 0 : 1;
        }
    }
}
