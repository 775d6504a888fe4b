package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inkstream models list}: which versions there are, and where each of them stands. */
@Command(
        name = "list",
        description = {
            "Lists the versions, newest first.",
            "",
            "trained: samples since the first version. prequential: accuracy over about the latest 10,000 samples, each"
                    + " judged before it was trained on. holdout: accuracy on images that are never trained on. loaded"
                    + " and serving: how many of the scorers that run now have loaded it, and serve it. Below, for versions"
                    + " whose images have got labels: how often they read them right; within: where the accuracy lies"
                    + " with 95 %% confidence, however often one looks.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:Done.", "2:The command line is wrong.", "3:It could not be done."},
        exitCodeOnExecutionException = 3)
final class ModelsListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LimitOption limit;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Mixin
    private RegistryOptions options;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ModelRegistry registry = options.open()) {
            List<Long> numbers = LimitOption.newestFirst(registry.versions());
            List<ModelVersion> versions = limit.of(numbers).stream()
                    // It may have been deleted meanwhile.
                    .flatMap(number -> registry.version(number).stream())
                    .toList();
            VersionTable table =
                    new VersionTable(options.model, ModelStatus.read(registry), accuracies(registry, versions));
            if (json) {
                out.println(Json.print(table.json(versions, numbers.size())));
            } else {
                out.print(table.text(versions, numbers.size(), Instant.now()));
            }
        }
        out.flush();
        return 0;
    }

    private static Map<Long, LiveEvaluation> accuracies(ModelRegistry registry, List<ModelVersion> versions) {
        Map<Long, LiveEvaluation> accuracies = new HashMap<>();
        for (ModelVersion version : versions) {
            registry.accuracy(version.getVersion())
                    .ifPresent(accuracy -> accuracies.put(version.getVersion(), accuracy));
        }
        return accuracies;
    }
}
