package io.inkstream.bench;

import io.inkstream.sandbox.Sandbox;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.connector.base.DeliveryGuarantee;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how long a prediction takes at several loads, for those who wait for commits and those who do not. */
@Command(
        name = "latency",
        description =
                "Sends images at shares of the rate at which the scoring job is saturated, which is measured first with the"
                        + " producer and the readers at work beside it. Latency in ms, from when an image was due at its producer to"
                        + " when its prediction is with a consumer; beside that of an image through a topic and nothing else, at"
                        + " the same rate, in turns.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class LatencyCommand implements Callable<Integer> {
    private static final PrintStream PROGRESS = System.err;
    private static final int SOURCES = 100;

    @Mixin
    private ImagesOption images;

    @Option(names = "--network", paramLabel = "NAME", description = "Of the model, which is untrained.")
    private String network = "lenet";

    @Option(names = "--scorers", paramLabel = "N", description = "Parallelism of the scoring job.")
    private int scorers = 1;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images scored together at most.")
    private int batchSize = 32;

    @Option(names = "--batch-delay", paramLabel = "MS", description = "How long an image waits for others.")
    private long batchDelay = 5;

    @Option(names = "--delivery", paramLabel = "GUARANTEE", description = "exactly-once or at-least-once.")
    private DeliveryGuarantee delivery = DeliveryGuarantee.EXACTLY_ONCE;

    @Option(names = "--shares", paramLabel = "SHARE", split = ",", description = "Of saturation.")
    private List<Double> shares = List.of(0.1, 0.5, 0.8);

    @Option(names = "--rounds", paramLabel = "N", description = "The one with the median p99 counts.")
    private int rounds = 3;

    @Option(names = "--seconds", paramLabel = "N", description = "Of each measurement.")
    private double seconds = 30;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "Of scoring at the least, before all.")
    private double warmUp = 30;

    @Option(names = "--warm-up-limit", paramLabel = "SECONDS", description = "Where the JIT compilers find no end.")
    private double warmUpLimit = 180;

    @Mixin
    private JsonOption json;

    /** One share of saturation in one round, or in the median of them. */
    record Round(Percentiles bare, Percentiles uncommitted, Percentiles committed) {}

    /**
     * What came of one share.
     *
     * @param rate images per second
     * @param median taken for each column by itself
     */
    record Load(double share, int rate, Round median, List<Round> rounds) {}

    /** @param saturation images per second */
    record Result(ScoringCase way, double saturation, List<Load> loads) {}

    @Override
    public Integer call() throws Exception {
        return CtrlC.interrupts(() -> {
            Digits digits = images.read();
            ScoringCase way = new ScoringCase(network, scorers, batchSize, batchDelay, SOURCES, false, delivery);
            try (Servers servers = Servers.start(images.dataset());
                    Sandbox flink = servers.flink(scorers);
                    ScoringTrial trial = new ScoringTrial(servers, flink, digits, way)) {
                PROGRESS.printf("warming up%n");
                trial.warmUp(warmUp, warmUpLimit);
                Result result = measure(trial, new LatencyTrial(flink, digits, seconds));
                print(result);
                json.write(result);
            }
            return 0;
        });
    }

    private Result measure(ScoringTrial trial, LatencyTrial latency) throws Exception {
        double saturation = trial.saturation(seconds, latency);
        PROGRESS.printf(Locale.ROOT, "saturated at %,.0f images/s%n", saturation);
        List<Load> loads = new ArrayList<>();
        for (double share : shares) {
            trial.drain();
            int rate = Math.max(1, (int) (share * saturation));
            List<Round> measured = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                PROGRESS.printf(Locale.ROOT, "%,d images/s, round %d of %d%n", rate, round, rounds);
                Percentiles bare = latency.bare(rate);
                LatencyTrial.Latency through =
                        latency.pipeline(trial.topics().images(), trial.topics().predictions(), rate);
                measured.add(new Round(bare, through.uncommitted(), through.committed()));
            }
            loads.add(new Load(share, rate, medians(measured), measured));
        }
        return new Result(trial.way(), saturation, loads);
    }

    private static Round medians(List<Round> rounds) {
        return new Round(
                median(rounds.stream().map(Round::bare).toList()),
                median(rounds.stream().map(Round::uncommitted).toList()),
                median(rounds.stream().map(Round::committed).toList()));
    }

    /** Not over all rounds together, where one in which something else ran would be all of the tail. */
    private static Percentiles median(List<Percentiles> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(Percentiles::p99))
                .toList()
                .get(rounds.size() / 2);
    }

    private static void print(Result result) {
        PrintStream out = System.out;
        out.printf(Locale.ROOT, "%s%nsaturated at %,.0f images/s%n", result.way(), result.saturation());
        out.println("| load | images/s | | images | p50 | p99 | p99.9 | max | to the bare round trip: p50 | p99 |");
        out.println("|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        for (Load load : result.loads()) {
            Round median = load.median();
            print(out, load, "bare round trip", median.bare());
            print(out, load, "uncommitted", median.uncommitted());
            print(out, load, "committed", median.committed());
        }
    }

    private static void print(PrintStream out, Load load, String reader, Percentiles latency) {
        out.printf(
                Locale.ROOT,
                "| %.0f %% | %,d | %s | %,d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |%n",
                load.share() * 100,
                load.rate(),
                reader,
                latency.n(),
                latency.p50(),
                latency.p99(),
                latency.p999(),
                latency.max(),
                latency.p50() / load.median().bare().p50(),
                latency.p99() / load.median().bare().p99());
    }
}
