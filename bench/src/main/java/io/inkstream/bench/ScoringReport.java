package io.inkstream.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What {@link ScoringCommand} found out, as its tables show it and its JSON has it. */
record ScoringReport(List<Result> cases, List<PlainLoop> loops) {

    /**
     * One round; rates in images per CPU-second.
     *
     * @param bare of ONNX Runtime alone, at the best of its batches
     */
    record Round(double bare, ScoringTrial.Window pipeline) {
        double ratio() {
            return pipeline.perCpuSecond() / bare;
        }

        /** The share of the CPU time that the JVM's compilers took. */
        double compilers() {
            return pipeline.compilerSeconds() / pipeline.cpuSeconds();
        }

        /** What the pipeline takes beyond ONNX Runtime, in CPU-seconds for 1,000 images. */
        double ownCost() {
            return pipeline.cost() - 1e3 / bare;
        }
    }

    /**
     * What came of one case: medians of the rounds.
     *
     * @param bareByBatch images per CPU-second of ONNX Runtime alone, before the rounds
     * @param perCpuSecond images of the pipeline
     * @param cost in CPU-seconds for 1,000 images, like the other one
     * @param compilers the share of the CPU time that the JVM's compilers took, the largest of the rounds
     */
    record Result(
            ScoringCase way,
            Map<Integer, Double> bareByBatch,
            double bare,
            double perCpuSecond,
            double ratio,
            double cost,
            double ownCost,
            double perSecond,
            double compilers,
            List<Round> rounds,
            Profile profile) {

        static Result of(ScoringCase way, Map<Integer, Double> bareByBatch, List<Round> rounds, Profile profile) {
            return new Result(
                    way,
                    bareByBatch,
                    median(rounds, Round::bare),
                    median(rounds, round -> round.pipeline().perCpuSecond()),
                    median(rounds, Round::ratio),
                    median(rounds, round -> round.pipeline().cost()),
                    median(rounds, Round::ownCost),
                    median(rounds, round -> round.pipeline().perSecond()),
                    rounds.stream().mapToDouble(Round::compilers).max().orElseThrow(),
                    rounds,
                    profile);
        }

        private static double median(List<Round> rounds, ToDoubleFunction<Round> which) {
            return rounds.stream().mapToDouble(which).sorted().toArray()[rounds.size() / 2];
        }
    }

    /**
     * The same work done without Inkstream; rates in images per CPU-second.
     *
     * @param pipeline of the network's first case
     */
    record PlainLoop(String network, Loop.Way way, double loop, double pipeline) {
        double ratio() {
            return pipeline / loop;
        }
    }

    void print(PrintStream out) {
        printCases(out);
        if (!loops.isEmpty()) {
            printLoops(out);
        }
        cases.forEach(result -> print(out, result));
    }

    private void printCases(PrintStream out) {
        out.println(ScoringCase.HEAD + " ONNX Runtime alone, images/CPU-s | pipeline, images/CPU-s | ratio"
                + " | CPU-s for 1,000 images | without ONNX Runtime | images/s | JIT |");
        out.println(ScoringCase.RULE + "--:|--:|--:|--:|--:|--:|--:|");
        for (Result result : cases) {
            out.printf(
                    Locale.ROOT,
                    "%s %,.0f | %,.0f | %.2f | %.4f | %.4f | %,.0f | %.0f %% |%n",
                    result.way().row(),
                    result.bare(),
                    result.perCpuSecond(),
                    result.ratio(),
                    result.cost(),
                    result.ownCost(),
                    result.perSecond(),
                    result.compilers() * 100);
        }
    }

    private void printLoops(PrintStream out) {
        out.println("\n| network | plain loop, an image in a call | images/CPU-s | pipeline | ratio |");
        out.println("|---|---|--:|--:|--:|");
        for (PlainLoop plain : loops) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %,.0f | %,.0f | %.1f |%n",
                    plain.network(),
                    plain.way(),
                    plain.loop(),
                    plain.pipeline(),
                    plain.ratio());
        }
    }

    private static void print(PrintStream out, Result result) {
        Profile profile = result.profile();
        out.printf(
                Locale.ROOT,
                "%n%s with the profiler: %.4f CPU-s for 1,000 images%n",
                result.way().row(),
                profile.all());
        print(out, "by thread", profile.byThread());
        print(out, "by stage", profile.byStage());
        print(out, "scorer task by stage", profile.scorerByStage());
        print(out, "source task by stage", profile.sourceByStage());
        out.println("  hottest methods:");
        for (Profile.Hot hot : profile.hottest()) {
            out.printf(Locale.ROOT, "    %.4f %s (%s)%n", hot.cost(), hot.method(), hot.stage());
        }
    }

    private static void print(PrintStream out, String what, Map<String, Double> costs) {
        StringBuilder line = new StringBuilder("  " + what + ":");
        costs.forEach((name, cost) -> line.append(String.format(Locale.ROOT, " %s %.4f;", name, cost)));
        out.println(line);
    }
}
