package io.inkstream.jobs;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code --config}: the file with what the command line does not say. */
final class ConfigOption {

    static final String NAME = "--config";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            description = "YAML file on this host with more options, each a line without the dashes, such as"
                    + " 'bootstrap-servers: kafka:9092'. The command line wins.")
    private Path file;

    /** The file that a command line names, which is needed before all else in it can be understood. */
    static Optional<Path> fileIn(String... args) {
        ConfigOption option = new ConfigOption();
        new CommandLine(option).setUnmatchedArgumentsAllowed(true).parseArgs(args);
        return Optional.ofNullable(option.file);
    }
}
