package io.inkstream.bench;

import io.inkstream.sandbox.Sandbox;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.connector.base.DeliveryGuarantee;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares what scoring an image costs in the pipeline with what it costs ONNX Runtime alone. */
@Command(
        name = "scoring",
        description =
                "Scores images that are in Kafka already, from topic to topic, exactly once, and in ONNX Runtime alone, in"
                        + " turns. Images per CPU-second of the JVM of Flink (Kafka, ZooKeeper and HDFS have one of their"
                        + " own), and where that time goes. ONNX Runtime is taken at the batch that suits it best.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class ScoringCommand implements Callable<Integer> {
    private static final PrintStream PROGRESS = System.err;
    private static final int BARE_WINDOWS = 15;
    private static final double QUICK_SECONDS = 10;
    /** The share of the CPU time that the compilers may take in a round that counts. */
    private static final double WARM = 0.02;
    /** So many times the rounds that are asked for are tried. */
    private static final int PATIENCE = 3;

    @Mixin
    private ImagesOption images;

    @Option(names = "--networks", paramLabel = "NAME", split = ",", description = "Which networks.")
    private List<String> networks = List.of("lenet", "cnn", "mlp");

    @Option(names = "--scorers", paramLabel = "N", split = ",", description = "Parallelism of the scoring job.")
    private List<Integer> scorers = List.of(1, 2);

    @Option(names = "--batches", paramLabel = "N", split = ",", description = "Images scored together at most.")
    private List<Integer> batches = List.of(32, 1, 8);

    @Option(names = "--batch-delay", paramLabel = "MS", description = "How long an image waits for others.")
    private long batchDelay = 5;

    @Option(names = "--sources", paramLabel = "N", split = ",", description = "To which images belong in turn.")
    private List<Integer> sources = List.of(100, 1, 100_000);

    @Option(
            names = "--deduplicate",
            paramLabel = "BOOL",
            arity = "1",
            split = ",",
            description = "Whether ids are remembered.")
    private List<Boolean> deduplicate = List.of(false, true);

    @Option(names = "--delivery", paramLabel = "GUARANTEE", split = ",", description = "Of the predictions.")
    private List<DeliveryGuarantee> deliveries =
            List.of(DeliveryGuarantee.EXACTLY_ONCE, DeliveryGuarantee.AT_LEAST_ONCE);

    @Option(
            names = "--loops",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Also the same work done by a plain loop around a Kafka consumer, an image in a call.")
    private boolean loops;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often to measure each, with the JVM warm; the median counts.")
    private int rounds = 3;

    @Option(names = "--seconds", paramLabel = "N", description = "Of each measurement of the pipeline.")
    private double seconds = 20;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "Of scoring before each case.")
    private double warmUp = 60;

    @Option(names = "--bare-batches", paramLabel = "N", split = ",", description = "Of ONNX Runtime alone.")
    private List<Integer> bareBatches = List.of(1, 8, 32);

    @Option(
            names = "--quick",
            description =
                    "One round of 10 s, with the first of each list, without plain loops: for a look at a change.")
    private boolean quick;

    @Option(names = "--warm-up-limit", paramLabel = "SECONDS", description = "Where the JIT compilers find no end.")
    private double warmUpLimit = 300;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return CtrlC.interrupts(() -> {
            StackSamples.prepare();
            Digits digits = images.read();
            if (quick) {
                hurry();
            }
            ScoringReport report = new ScoringReport(new ArrayList<>(), new ArrayList<>());
            try (Servers servers = Servers.start(images.dataset());
                    Sandbox flink = servers.flink(Collections.max(scorers))) {
                for (ScoringCase way : cases()) {
                    report.cases().add(measure(servers, flink, digits, way));
                    json.write(report);
                }
                if (loops) {
                    runLoops(new Loop(servers, flink, warmUp, seconds, rounds), report);
                    json.write(report);
                }
            }
            report.print(System.out);
            return 0;
        });
    }

    private void hurry() {
        rounds = 1;
        seconds = QUICK_SECONDS;
        loops = false;
        batches = batches.subList(0, 1);
        scorers = scorers.subList(0, 1);
        sources = sources.subList(0, 1);
        deduplicate = deduplicate.subList(0, 1);
        deliveries = deliveries.subList(0, 1);
    }

    private static void runLoops(Loop loop, ScoringReport report) throws Exception {
        Set<String> done = new HashSet<>();
        for (ScoringReport.Result first : report.cases()) {
            String network = first.way().network();
            if (done.add(network)) {
                for (Loop.Way way : Loop.Way.values()) {
                    PROGRESS.printf("%s, a plain loop around %s%n", network, way);
                    report.loops()
                            .add(new ScoringReport.PlainLoop(
                                    network, way, loop.run(way, network), first.perCpuSecond()));
                }
            }
        }
    }

    /** The first of each list together, for each network; then what else there is, one at a time. */
    private List<ScoringCase> cases() {
        List<ScoringCase> cases = new ArrayList<>();
        for (String network : networks) {
            for (int batch : batches) {
                cases.add(base(network).withBatchSize(batch));
            }
        }
        ScoringCase base = base(networks.get(0));
        scorers.stream().skip(1).map(base::withScorers).forEach(cases::add);
        sources.stream().skip(1).map(base::withSources).forEach(cases::add);
        deduplicate.stream().skip(1).map(base::withDeduplicate).forEach(cases::add);
        deliveries.stream().skip(1).map(base::withDelivery).forEach(cases::add);
        return cases;
    }

    private ScoringCase base(String network) {
        return new ScoringCase(
                network,
                scorers.get(0),
                batches.get(0),
                batchDelay,
                sources.get(0),
                deduplicate.get(0),
                deliveries.get(0));
    }

    private ScoringReport.Result measure(Servers servers, Sandbox flink, Digits digits, ScoringCase way)
            throws Exception {
        PROGRESS.printf("%s%n", way);
        try (ScoringTrial trial = new ScoringTrial(servers, flink, digits, way)) {
            trial.warmUp(warmUp, warmUpLimit);
            Map<Integer, Double> bare = new TreeMap<>();
            for (int batch : bareBatches) {
                bare.put(batch, BareScoring.run(trial::model, digits, batch, way.scorers(), BARE_WINDOWS));
            }
            int best = Collections.max(bare.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
            return ScoringReport.Result.of(way, bare, rounds(trial, digits, best), trial.profile(seconds));
        }
    }

    /**
     * More than are asked for, as long as the compilers take part in them: theirs is the cost of a JVM's first minutes, which
     * no warm-up bears all of, as ONNX Runtime alone, measured in between, changes what they know. Those with the least of it
     * count.
     */
    private List<ScoringReport.Round> rounds(ScoringTrial trial, Digits digits, int batch) throws Exception {
        List<ScoringReport.Round> measured = new ArrayList<>();
        trial.drain();
        double before = BareScoring.run(trial::model, digits, batch, trial.way().scorers(), BARE_WINDOWS);
        while (measured.size() < rounds * PATIENCE && warm(measured) < rounds) {
            ScoringTrial.Window pipeline = trial.measure(seconds);
            trial.drain();
            double after =
                    BareScoring.run(trial::model, digits, batch, trial.way().scorers(), BARE_WINDOWS);
            ScoringReport.Round round = new ScoringReport.Round((before + after) / 2, pipeline);
            measured.add(round);
            before = after;
            PROGRESS.printf(
                    Locale.ROOT,
                    "  round %d: ratio %.2f, compilers %.1f %%%n",
                    measured.size(),
                    round.ratio(),
                    round.compilers() * 100);
        }
        return measured.stream()
                .sorted(Comparator.comparingDouble(ScoringReport.Round::compilers))
                .limit(rounds)
                .toList();
    }

    private static long warm(List<ScoringReport.Round> measured) {
        return measured.stream().filter(round -> round.compilers() <= WARM).count();
    }
}
