package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Rollout;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream models rollback}: goes back to what was live before, by way of the scorers. */
@Command(
        name = "rollback",
        description = {
            "Goes back to the version that was live before, or to the one that is given.",
            "",
            "The way is that of promote. Going back twice returns to where it began. What the jobs publish next can go"
                    + " live after it, unless what is live is pinned.",
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
final class ModelsRollbackCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = VersionChoice.ONE,
            converter = VersionChoice.OneConverter.class,
            description = "Which version. Default: the one that was live before.")
    private VersionChoice choice;

    @Mixin
    private WaitOptions wait;

    @Mixin
    private HandOptions hand;

    @Override
    public Integer call() throws Exception {
        return new MoveByHand(spec.commandLine(), hand, wait).run(this::chosen, false);
    }

    private ModelVersion chosen(ModelRegistry registry, Rollout rollout) {
        if (choice != null) {
            return choice.one(registry, hand.registry.model);
        }
        OptionalLong previous = rollout.previous();
        Optional<ModelVersion> version =
                previous.isPresent() ? registry.version(previous.getAsLong()) : Optional.empty();
        return version.orElseThrow(() -> new CliException(
                "there is nothing to roll back to: nothing was live before, or it is deleted; choose a version (models"
                        + " list) and give its number"));
    }
}
