package io.inkstream.cli;

import io.inkstream.jobs.KafkaAccess;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which Kafka, and how to log in there. */
final class BrokerOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            description = "Kafka brokers, separated by commas. Default: ${DEFAULT-VALUE}.")
    private String bootstrapServers;

    @Option(
            names = "--kafka-properties",
            paramLabel = "FILE",
            description = "Kafka's client settings security.*, sasl.* and ssl.*, in a properties file.")
    private Optional<Path> properties;

    /** @throws CliException if the file cannot be used */
    KafkaAccess access() {
        String file = properties.map(path -> path.toAbsolutePath().toString()).orElse("");
        try {
            KafkaAccess access = new KafkaAccess(bootstrapServers, file);
            access.settings();
            return access;
        } catch (IllegalArgumentException e) {
            throw new CliException(e.getMessage(), e);
        }
    }
}
