package io.inkstream.cli;

import io.inkstream.jobs.PredictionFormat;
import io.inkstream.jobs.RecipeOptions;
import io.inkstream.operators.feedback.BrakeSettings;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inkstream up}: the whole system on this machine, empty, until Ctrl-C. */
@Command(
        name = "up",
        description = {
            "Runs Kafka, ZooKeeper, HDFS, Flink, all three jobs and the HTTP service in this process until Ctrl-C.",
            "",
            "Ports are 9092, 2181, 8020, 8081 and 8080 if no option says otherwise.",
            ""
        })
final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LocalOptions options;

    @Option(
            names = "--prediction-format",
            paramLabel = "FORMAT",
            defaultValue = "protobuf",
            description = "protobuf, or json: one object a record, for kcat and the like. Default: ${DEFAULT-VALUE}.")
    private PredictionFormat predictionFormat;

    @ArgGroup
    private Feedback feedback = new Feedback();

    /** At most one of the two. */
    private static final class Feedback {
        @Option(names = "--no-feedback", description = "Without the job that waits for late labels.")
        private boolean none;

        @Option(
                names = "--brake",
                paramLabel = "MODE",
                defaultValue = "warn",
                description =
                        "What to do where labels show that the live version is worse than the one before it: off, warn or"
                                + " act. Default: ${DEFAULT-VALUE}.")
        private BrakeSettings.Mode brake = BrakeSettings.Mode.WARN;
    }

    @Option(
            names = "--cluster",
            description =
                    "Each server in a process of its own, two of Flink's JobManagers and TaskManagers each, and the"
                            + " jobs by 'flink run': to be killed and to be looked on. What dies is started again. Takes 3 GB.")
    private boolean cluster;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        CtrlC.interrupts(cluster ? this::runCluster : this::runHere);
        return 0;
    }

    private void runHere() throws Exception {
        try (LocalStack stack = LocalStack.start(options, jobs(), options.onUsualPorts(), out)) {
            stack.describe(out);
            untilCtrlC();
        }
    }

    private void runCluster() throws Exception {
        try (ClusterStack stack = ClusterStack.start(options, recipe(), jobs(), options.onUsualPorts(), out)) {
            stack.describe();
            stack.keepUp();
        }
    }

    private LocalJobs jobs() {
        return new LocalJobs(predictionFormat, feedback.none ? Optional.empty() : Optional.of(feedback.brake));
    }

    /** What was said about the network, to be said to the training job again. */
    private List<String> recipe() {
        return spec.commandLine().getParseResult().matchedOptions().stream()
                .filter(UpCommand::isOfRecipe)
                .flatMap(option -> Stream.of(
                        option.longestName(), option.originalStringValues().get(0)))
                .toList();
    }

    private static boolean isOfRecipe(OptionSpec option) {
        return option.userObject() instanceof Field field && field.getDeclaringClass() == RecipeOptions.class;
    }

    static void untilCtrlC() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
