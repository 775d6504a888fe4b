package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import picocli.CommandLine.Option;

/** Which Kafka, and which model's topics. */
final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            description = "Kafka brokers, separated by commas. Default: ${DEFAULT-VALUE}.")
    String bootstrapServers;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "digits",
            description = "The model; its topics begin with it. Default: ${DEFAULT-VALUE}.")
    String model;

    /** @throws CliException for a name that no model has */
    void requireModelName() {
        try {
            ModelRegistry.requireModelName(model);
        } catch (IllegalArgumentException e) {
            throw new CliException(e.getMessage(), e);
        }
    }
}
