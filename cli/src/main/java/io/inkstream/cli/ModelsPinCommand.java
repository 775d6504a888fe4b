package io.inkstream.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream models pin}: keeps a version live until somebody decides otherwise. */
@Command(
        name = "pin",
        description = {
            "Keeps a version live: the jobs go on publishing, but only people move what is live.",
            "",
            "One that is not live goes live first, as with promote.",
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
final class ModelsPinCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = VersionChoice.ONE,
            converter = VersionChoice.OneConverter.class,
            defaultValue = "live",
            description = "Which version. Default: ${DEFAULT-VALUE}.")
    private VersionChoice choice;

    @Mixin
    private WaitOptions wait;

    @Mixin
    private HandOptions hand;

    @Override
    public Integer call() throws Exception {
        return new MoveByHand(spec.commandLine(), hand, wait)
                .run((registry, rollout) -> choice.one(registry, hand.registry.model), true);
    }
}
