package io.inkstream.jobs;

import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reads the jobs' command lines. */
final class CommandLines {

    private CommandLines() {}

    /**
     * Fills in {@code options}; empty where help was asked for and printed. Never ends the process: it may be a
     * JobManager's.
     *
     * @throws IllegalArgumentException for a mistake, with its remedy
     */
    static <T> Optional<T> parse(T options, String[] args, Consumer<T> validate) {
        CommandLine commandLine = new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
        try {
            commandLine.parseArgs(args);
        } catch (ParameterException e) {
            throw new IllegalArgumentException(e.getMessage() + " (see --help)", e);
        }
        if (CommandLine.printHelpIfRequested(commandLine.getParseResult())) {
            return Optional.empty();
        }
        validate.accept(options);
        return Optional.of(options);
    }
}
