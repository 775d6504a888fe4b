package io.inkstream.jobs;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Reads the jobs' command lines, and the {@linkplain ConfigFile file} that they name. */
final class CommandLines {

    private CommandLines() {}

    /**
     * Fills in {@code options}; empty where help was asked for and printed. Never ends the process: it may be a
     * JobManager's.
     *
     * @throws IllegalArgumentException for a mistake, with its remedy
     */
    static <T> Optional<T> parse(T options, String[] args, Consumer<T> validate) {
        CommandLine commandLine = of(options);
        Optional<ConfigFile> config = Optional.empty();
        try {
            config = ConfigOption.fileIn(args).map(file -> ConfigFile.read(file, commandLine));
            config.ifPresent(commandLine::setDefaultValueProvider);
            commandLine.parseArgs(args);
        } catch (ParameterException e) {
            String where = config.filter(file -> !isGiven(e.getArgSpec(), args))
                    .flatMap(file -> file.where(e.getArgSpec()))
                    .orElse("");
            throw new IllegalArgumentException(where + e.getMessage() + " (see --help)", e);
        }
        if (CommandLine.printHelpIfRequested(commandLine.getParseResult())) {
            return Optional.empty();
        }
        validate.accept(options);
        return Optional.of(options);
    }

    static CommandLine of(Object options) {
        CommandLine commandLine = new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.addMixin("config", new ConfigOption());
        return commandLine;
    }

    private static boolean isGiven(ArgSpec arg, String... args) {
        return arg instanceof OptionSpec option
                && Arrays.stream(args)
                        .map(given -> given.split("=", 2)[0])
                        .anyMatch(Arrays.asList(option.names())::contains);
    }
}
