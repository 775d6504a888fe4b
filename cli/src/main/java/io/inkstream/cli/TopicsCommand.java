package io.inkstream.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inkstream topics}: the table of contents of what can be done with the topics of a model. */
@Command(
        name = "topics",
        description = {"Creates the Kafka topics of a model, and tells whether the jobs can use them.", ""},
        subcommands = {TopicsCreateCommand.class, TopicsListCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class TopicsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 0;
    }
}
