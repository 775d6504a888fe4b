package io.inkstream.cli;

import io.inkstream.jobs.PredictionFormat;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code inkstream up}: the whole system in this process, empty, until Ctrl-C. */
@Command(
        name = "up",
        description = {
            "Runs Kafka, ZooKeeper, HDFS, Flink and both jobs in this process until Ctrl-C.",
            "",
            "Ports are 9092, 2181, 8020 and 8081 if no option says otherwise.",
            ""
        })
final class UpCommand implements Callable<Integer> {
    @Mixin
    private LocalOptions options;

    @Option(
            names = "--prediction-format",
            paramLabel = "FORMAT",
            defaultValue = "protobuf",
            description = "protobuf, or json: one object a record, for kcat and the like. Default: ${DEFAULT-VALUE}.")
    private PredictionFormat predictionFormat;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        CtrlC.interrupts(() -> {
            try (LocalStack stack = LocalStack.start(options, predictionFormat, options.onUsualPorts(), out)) {
                stack.describe(out);
                untilCtrlC();
            }
        });
        return 0;
    }

    static void untilCtrlC() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
