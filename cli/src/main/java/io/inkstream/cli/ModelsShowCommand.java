package io.inkstream.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream models show}: prints what the registry knows of a version. */
@Command(
        name = "show",
        description = {
            "Prints where a version stands and comes from, how good it is, and where its files are.",
            "",
            "--json prints one line for each version, as it stands in ZooKeeper: numbers of 64 bits are strings there,"
                    + " and what is zero is left out. What late labels tell is in models list --json.",
            ""
        })
final class ModelsShowCommand implements Callable<Integer> {
    private static final JsonFormat.Printer JSON = JsonFormat.printer().omittingInsignificantWhitespace();

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = VersionChoice.LABEL,
            converter = VersionChoice.Converter.class,
            description = "Which version, or which versions.")
    private VersionChoice choice;

    @Option(names = "--json", description = "Print the registry's JSON.")
    private boolean json;

    @Mixin
    private RegistryOptions options;

    @Override
    public Integer call() throws InvalidProtocolBufferException {
        PrintWriter out = spec.commandLine().getOut();
        try (ModelRegistry registry = options.open()) {
            List<ModelVersion> versions = choice.of(registry, options.model);
            ModelStatus status = ModelStatus.read(registry);
            List<Move> history = json ? List.of() : registry.history();
            String separator = "";
            for (ModelVersion version : versions) {
                if (json) {
                    out.println(JSON.print(version));
                } else {
                    out.print(separator);
                    out.print(describe(registry, version, status, history));
                    separator = System.lineSeparator();
                }
            }
        }
        out.flush();
        return 0;
    }

    private static String describe(
            ModelRegistry registry, ModelVersion version, ModelStatus status, List<Move> history) {
        return new VersionDescription(version, status, history, registry.accuracy(version.getVersion())).text();
    }
}
