package io.inkstream.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The table of contents: every sub-command, and the options that all of them share. */
@Command(
        name = "inkstream",
        description = "Learns to read handwritten digits from a Kafka topic while it serves them.",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            GatewayCommand.class,
            ProduceCommand.class,
            PredictionsCommand.class,
            LabelsCommand.class,
            EvaluationsCommand.class,
            TopicsCommand.class,
            ModelsCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND")
public final class Inkstream {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    private boolean debug;

    @Option(
            names = "--log-level",
            scope = ScopeType.INHERIT,
            paramLabel = "LEVEL",
            description = "Log from this level up: error, warn, info, debug or trace.")
    private Level logLevel;

    private Inkstream() {}

    public static void main(String[] args) {
        // Not System.out: it writes in the platform's encoding, and predictions hold what users name their images.
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        PrintWriter out = new PrintWriter(new OutputStreamWriter(stdout, StandardCharsets.UTF_8), true);
        System.exit(commandLine().setOut(out).execute(args));
    }

    static CommandLine commandLine() {
        Inkstream inkstream = new Inkstream();
        CommandLine commandLine = new CommandLine(inkstream).setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.registerConverter(Level.class, LogLevels::parse);
        commandLine.setExecutionStrategy(parsed -> {
            if (inkstream.logLevel != null) {
                Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, inkstream.logLevel);
            }
            return new RunLast().execute(parsed);
        });
        commandLine.setParameterExceptionHandler(Inkstream::calledWrongly);
        commandLine.setExecutionExceptionHandler(new FailureReport(() -> inkstream.debug));
        return commandLine;
    }

    /** The mistake in one line, not followed by a page of usage. */
    private static int calledWrongly(ParameterException mistake, String[] args) {
        CommandLine command = mistake.getCommandLine();
        String text = "inkstream: " + mistake.getMessage();
        command.getErr().println(command.getColorScheme().errorText(text));
        UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
        command.getErr().printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
        command.getErr().flush();
        return ExitCode.USAGE;
    }
}
