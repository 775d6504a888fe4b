package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.Move;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inkstream models history}: what was live when, who made it so, and why. */
@Command(
        name = "history",
        description = {"Lists the moves of the live version, newest first; ZooKeeper keeps the latest 1,000.", ""},
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:Done.", "2:The command line is wrong.", "3:It could not be done."},
        exitCodeOnExecutionException = 3)
final class ModelsHistoryCommand implements Callable<Integer> {
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
            List<Move> moves = limit.of(LimitOption.newestFirst(registry.history()));
            HistoryTable table = new HistoryTable(options.model);
            if (json) {
                out.println(Json.print(table.json(moves)));
            } else {
                out.print(table.text(moves));
            }
        }
        out.flush();
        return 0;
    }
}
