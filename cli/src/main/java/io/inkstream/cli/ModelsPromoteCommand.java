package io.inkstream.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream models promote}: makes a version live, by way of the scorers. */
@Command(
        name = "promote",
        description = {
            "Makes a version live, whether it is newer than what is live or was rejected before.",
            "",
            "It is the candidate until all scorers have loaded and checked it; then they all serve it. A pin moves along."
                    + " Ctrl-C ends the waiting only.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:It is done; with --no-wait, it is on its way.",
            "1:A scorer refused the version, or did not answer in time; live is what it was.",
            "2:The command line is wrong.",
            "3:It could not be done."
        },
        exitCodeOnExecutionException = 3)
final class ModelsPromoteCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = VersionChoice.ONE,
            converter = VersionChoice.OneConverter.class,
            description = "Which version.")
    private VersionChoice choice;

    @Mixin
    private WaitOptions wait;

    @Mixin
    private HandOptions hand;

    @Override
    public Integer call() throws Exception {
        return new MoveByHand(spec.commandLine(), hand, wait)
                .run((registry, rollout) -> choice.one(registry, hand.registry.model), false);
    }
}
