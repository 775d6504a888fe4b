package io.inkstream.bench;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.schemas.v1.Prediction;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Rolls out one version after the other under a steady load, and measures what images notice of it.
 *
 * <p>Latency is the time from when an image was due at the producer to when the scorer had its probabilities: through the
 * producer, Kafka, the decoder and the way to its scorer. It ends there because a committed reader sees a prediction only
 * after the next checkpoint, a second apart by default, behind which a rollout could hide. Times are the clocks' of one
 * machine, with the resolution of {@link SteadyLoad#now()}.
 */
@Command(
        name = "rollouts",
        description =
                "Rolls out one version after the other to a real scoring job under a steady load. Latency of predictions with"
                        + " and without rollouts, in turns; how long rollouts take, and how far scorers are apart. Then all"
                        + " predictions are made again: exits with 1 where one is missing, is there twice, is out of order or"
                        + " has another bit than the version that it names gives.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class RolloutsCommand implements Callable<Integer> {
    private static final PrintStream PROGRESS = System.err;

    @Mixin
    private ImagesOption images;

    @Option(names = "--network", paramLabel = "NAME", description = "Of the versions, which are untrained.")
    private String network = "lenet";

    @Option(names = "--scorers", paramLabel = "N", description = "Parallelism of the scoring job.")
    private int scorers = 4;

    @Option(names = "--rate", paramLabel = "N", description = "Images a second.")
    private int rate = 200;

    @Option(names = "--sources", paramLabel = "N", description = "To which images belong in turn.")
    private int sources = 16;

    @Option(names = "--versions", paramLabel = "N", description = "Versions to roll out, in all rounds together.")
    private int versions = 200;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "From one proposal to the next, if it takes less.")
    private double interval = 1;

    @Option(names = "--seconds", paramLabel = "N", description = "Without rollouts, in all rounds together.")
    private int seconds = 200;

    @Option(names = "--rounds", paramLabel = "N", description = "With and without rollouts, in turns.")
    private int rounds = 4;

    @Option(names = "--warm-up", paramLabel = "N", description = "Rollouts before anything is measured.")
    private int warmUp = 20;

    @Option(
            names = "--buffer-timeout",
            paramLabel = "MS",
            description = "Flink's: how long an operator keeps back a record for others to go with. Flink's default is"
                    + " 100, behind which much could hide.")
    private long bufferTimeout = 0;

    @Mixin
    private JsonOption json;

    /** Latency in one round. */
    record Round(int round, Percentiles quiet, Percentiles rollouts) {}

    /**
     * What came of it.
     *
     * @param ratio of the 99th percentiles, with rollouts to without
     * @param perSecond rollouts, while there were any
     */
    record Result(
            Percentiles quiet,
            Percentiles rollouts,
            double ratio,
            double perSecond,
            List<Round> rounds,
            List<Rollouts.Timing> timings,
            int predictions,
            PredictionAudit.Violations violations) {}

    @Override
    public Integer call() throws Exception {
        return CtrlC.interrupts(() -> {
            Digits digits = images.read();
            try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withTaskManagers(1, scorers));
                    ScoringPipeline pipeline = new ScoringPipeline(sandbox, digits, scorers, bufferTimeout)) {
                Result result = measure(pipeline);
                print(result);
                json.write(result);
                return result.violations().all() == 0 ? 0 : 1;
            }
        });
    }

    private Result measure(ScoringPipeline pipeline) throws Exception {
        UntrainedVersions untrained = pipeline.versions();
        int all = versions / rounds * rounds + warmUp;
        PROGRESS.printf("publishing %d versions%n", all);
        for (int version = 1; version <= all; version++) {
            untrained.publish(network, version);
        }
        RolloutTrial trial = new RolloutTrial(pipeline.rollouts());
        pipeline.rollouts().awaitScorers();
        try (SteadyLoad load = pipeline.load(rate, sources)) {
            PROGRESS.printf("warming up with %d rollouts%n", warmUp);
            trial.warmUp(warmUp, interval);
            for (int round = 1; round <= rounds; round++) {
                run(trial, round);
            }
            long sent = load.stop();
            PROGRESS.printf("checking %,d predictions%n", sent);
            List<Prediction> predictions = pipeline.predictions(sent);
            return result(
                    trial,
                    predictions,
                    PredictionAudit.audit(predictions, sent, sources, load::pixels, untrained::load));
        }
    }

    /** The one first that was last in the round before. */
    private void run(RolloutTrial trial, int round) throws Exception {
        boolean quietFirst = round % 2 == 1;
        if (quietFirst) {
            keepQuiet(trial, round);
        }
        PROGRESS.printf("round %d of %d: %d rollouts%n", round, rounds, versions / rounds);
        trial.rollOut(round, versions / rounds, interval);
        if (!quietFirst) {
            keepQuiet(trial, round);
        }
    }

    private void keepQuiet(RolloutTrial trial, int round) throws InterruptedException {
        double length = seconds / (double) rounds;
        PROGRESS.printf("round %d of %d: %.0f s without rollouts%n", round, rounds, length);
        trial.keepQuiet(round, length);
    }

    private Result result(RolloutTrial trial, List<Prediction> predictions, PredictionAudit.Violations violations) {
        Percentiles quiet = trial.latency(predictions, RolloutTrial.Phase::isQuiet);
        Percentiles rolling = trial.latency(predictions, phase -> !phase.isQuiet());
        double busy = trial.phases().stream()
                .filter(phase -> !phase.isQuiet())
                .mapToDouble(RolloutTrial.Phase::seconds)
                .sum();
        return new Result(
                quiet,
                rolling,
                rolling.p99() / quiet.p99(),
                trial.timings().size() / busy,
                IntStream.rangeClosed(1, rounds)
                        .mapToObj(round -> new Round(
                                round,
                                trial.latency(predictions, phase -> phase.round() == round && phase.isQuiet()),
                                trial.latency(predictions, phase -> phase.round() == round && !phase.isQuiet())))
                        .toList(),
                trial.timings(),
                predictions.size(),
                violations);
    }

    private void print(Result result) {
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "%s, %d scorers, %d images/s from %d sources, buffer timeout %d ms, %.2f rollouts/s%n",
                network,
                scorers,
                rate,
                sources,
                bufferTimeout,
                result.perSecond());
        out.println("| captured to scored, ms | images | p50 | p99 | p99.9 | max |");
        out.println("|---|--:|--:|--:|--:|--:|");
        print(out, "without rollouts", result.quiet());
        print(out, "with rollouts", result.rollouts());
        out.printf(Locale.ROOT, "ratio of the p99s: %.2f; by round:", result.ratio());
        for (Round round : result.rounds()) {
            out.printf(
                    Locale.ROOT, " %.2f", round.rollouts().p99() / round.quiet().p99());
        }
        out.println();
        out.printf("| %d rollouts, ms | median | max |%n", result.timings().size());
        out.println("|---|--:|--:|");
        print(out, "proposal to live", result.timings(), Rollouts.Timing::toLive);
        print(out, "live to the last scorer's switch", result.timings(), Rollouts.Timing::toAll);
        print(out, "all of it", result.timings(), Rollouts.Timing::whole);
        print(out, "first scorer's switch to the last one's", result.timings(), Rollouts.Timing::spread);
        out.printf("%,d predictions: %s%n", result.predictions(), result.violations());
    }

    private static void print(PrintStream out, String what, Percentiles latency) {
        out.printf(
                Locale.ROOT,
                "| %s | %,d | %.1f | %.1f | %.1f | %.1f |%n",
                what,
                latency.n(),
                latency.p50(),
                latency.p99(),
                latency.p999(),
                latency.max());
    }

    private static void print(
            PrintStream out, String what, List<Rollouts.Timing> timings, ToDoubleFunction<Rollouts.Timing> which) {
        long[] nanos = timings.stream()
                .mapToLong(timing -> Math.round(which.applyAsDouble(timing) * 1e6))
                .toArray();
        Percentiles all = Percentiles.ofNanos(nanos);
        out.printf(Locale.ROOT, "| %s | %.1f | %.1f |%n", what, all.p50(), all.max());
    }
}
