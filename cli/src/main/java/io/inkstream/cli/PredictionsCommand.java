package io.inkstream.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inkstream predictions}: prints what the scoring job reads in the images. */
@Command(
        name = "predictions",
        description = {
            "Prints predictions as they are made, one JSON object a line; only committed ones.",
            "",
            "Numbers of 64 bits are strings there, as protobuf's JSON has it.",
            ""
        })
final class PredictionsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--from-beginning", description = "Begin with the oldest prediction, not with the next one.")
    private boolean fromBeginning;

    @Option(names = "--max", paramLabel = "N", description = "End after N predictions.")
    private Long max;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "End if no prediction comes for so long; a failure if --max was not reached.")
    private Double timeout;

    @Mixin
    private KafkaOptions kafka;

    @Override
    public Integer call() throws Exception {
        if (max != null && max < 1) {
            throw new ParameterException(spec.commandLine(), "--max must be at least 1");
        }
        if (timeout != null && !(timeout > 0)) {
            throw new ParameterException(spec.commandLine(), "--timeout must be more than 0");
        }
        CtrlC.interrupts(this::print);
        return 0;
    }

    private void print() throws InterruptedException {
        String topic = kafka.model + ".predictions";
        PredictionPrinter printer =
                new PredictionPrinter(spec.commandLine().getOut(), max == null ? Long.MAX_VALUE : max);
        KafkaTopics.require(kafka, topic);
        try (PredictionReader reader = new PredictionReader(kafka.access(), topic, fromBeginning)) {
            boolean idle = reader.readWhile(printer::print, idleLimit());
            if (idle && max != null) {
                throw new CliException(
                        "%d of %d predictions came; then none for %s s".formatted(printer.printed(), max, timeout));
            }
        }
    }

    private Optional<Duration> idleLimit() {
        return Optional.ofNullable(timeout).map(seconds -> Duration.ofMillis((long) Math.ceil(seconds * 1000)));
    }
}
