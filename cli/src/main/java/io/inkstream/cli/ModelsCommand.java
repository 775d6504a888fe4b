package io.inkstream.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inkstream models}: the table of contents of what can be done with the versions of a model. */
@Command(
        name = "models",
        description = {"Looks into the versions of a model, and moves the one that is live.", ""},
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsDiffCommand.class,
            ModelsVerifyCommand.class,
            ModelsFetchCommand.class,
            ModelsPromoteCommand.class,
            ModelsRollbackCommand.class,
            ModelsPinCommand.class,
            ModelsUnpinCommand.class,
            ModelsHistoryCommand.class,
            ModelsWatchCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
final class ModelsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 0;
    }
}
