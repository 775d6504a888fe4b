package io.inkstream.cli;

import io.inkstream.operators.feedback.BrakeSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code inkstream demo}: the whole system in this process, on real digits, from nothing to a result. */
@Command(
        name = "demo",
        description = {
            "Starts Kafka, ZooKeeper, HDFS and Flink in this process, learns digits while they arrive, and reads others.",
            ""
        })
final class DemoCommand implements Callable<Integer> {
    private static final int A_TENTH = 10;
    private static final int HALF = 2;

    @Mixin
    private DemoData data;

    @Option(
            names = "--late-labels",
            description =
                    "Learn one half; serve the other, whose labels come late; then let a bad version through, and see it"
                            + " taken back.")
    private boolean lateLabels;

    @Option(names = "--exit", description = "End after the summary, instead of staying up until Ctrl-C.")
    private boolean exit;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the summary there as well.")
    private Path json;

    @Mixin
    private LocalOptions options;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        options.requireKnownNames();
        options.requireNewFolder();
        if (!options.recipe.hasHoldout() && !lateLabels) {
            // This one has digits of its own to be judged by.
            options.recipe.withHoldout(0);
        }
        DemoData.Split split = data.open(lateLabels ? HALF : A_TENTH);
        int[] status = new int[1];
        CtrlC.interrupts(() -> status[0] = lateLabels ? runLateLabels(LateLabelsDemo.Parts.of(split)) : run(split));
        return status[0];
    }

    private int run(DemoData.Split split) throws Exception {
        long start = System.nanoTime();
        LocalJobs jobs = LocalJobs.withoutFeedback();
        try (LocalStack stack = LocalStack.start(options, jobs, options.onFreePorts(), out)) {
            Demo demo = new Demo(stack, out);
            String savepoint = demo.learn(split.train());
            demo.score(split.test());
            DemoReport report = demo.report((System.nanoTime() - start) / 1e9);
            report.print(out);
            if (json != null) {
                report.write(json);
            }
            stayUp(stack, savepoint);
            return report.complete(split.train().size() - demo.heldOut()) ? 0 : 1;
        }
    }

    private int runLateLabels(LateLabelsDemo.Parts parts) throws Exception {
        long start = System.nanoTime();
        LocalJobs jobs = LocalJobs.withBrake(BrakeSettings.Mode.ACT);
        try (LocalStack stack = LocalStack.start(options, jobs, options.onFreePorts(), out)) {
            LateLabelsDemo demo = new LateLabelsDemo(stack, out);
            LateLabelsReport report = demo.run(parts, start);
            report.print(out);
            if (json != null) {
                report.write(json);
            }
            stayUp(stack, demo.savepoint());
            return report.complete() ? 0 : 1;
        }
    }

    private void stayUp(LocalStack stack, String savepoint) throws Exception {
        if (!exit) {
            stack.resumeTraining(savepoint);
            stack.describe(out);
            UpCommand.untilCtrlC();
        }
    }
}
