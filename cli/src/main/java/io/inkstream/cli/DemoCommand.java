package io.inkstream.cli;

import io.inkstream.jobs.PredictionFormat;
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
    @Mixin
    private DemoData data;

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
        if (!options.recipe.hasHoldout()) {
            // The demo has digits of its own to be judged by.
            options.recipe.withHoldout(0);
        }
        DemoData.Split split = data.open();
        int[] status = new int[1];
        CtrlC.interrupts(() -> status[0] = run(split));
        return status[0];
    }

    private int run(DemoData.Split split) throws Exception {
        long start = System.nanoTime();
        try (LocalStack stack = LocalStack.start(options, PredictionFormat.PROTOBUF, options.onFreePorts(), out)) {
            Demo demo = new Demo(stack, out);
            String savepoint = demo.learn(split.train());
            demo.score(split.test());
            DemoReport report = demo.report((System.nanoTime() - start) / 1e9);
            report.print(out);
            if (json != null) {
                report.write(json);
            }
            if (!exit) {
                stack.resumeTraining(savepoint);
                stack.describe(out);
                UpCommand.untilCtrlC();
            }
            return report.complete(split.train().size() - demo.heldOut()) ? 0 : 1;
        }
    }
}
