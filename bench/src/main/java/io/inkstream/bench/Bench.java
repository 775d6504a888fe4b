package io.inkstream.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs benchmarks: {@code bench/run <benchmark>}. */
@Command(
        name = "bench/run",
        description = "Runs a benchmark, prints a table and, where asked, writes it as JSON.",
        subcommands = {
            NetworksCommand.class,
            TrainingCommand.class,
            BareCommand.class,
            OverloadCommand.class,
            RolloutsCommand.class,
            SoakCommand.class,
            ScoringCommand.class,
            LatencyCommand.class,
            FeedbackCommand.class,
            GatewayCommand.class,
            SizingCommand.class,
            ServersCommand.class,
            LoopCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "<benchmark>")
public final class Bench {
    private Bench() {}

    /** Exits with 0, or with 2 where the command line is wrong and 1 where the benchmark fails. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }
}
