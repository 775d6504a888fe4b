package io.inkstream.cli;

import io.inkstream.jobs.KafkaAccess;
import io.inkstream.models.registry.ModelRegistry;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which Kafka, and which model's topics. */
final class KafkaOptions {
    @Mixin
    private BrokerOptions brokers;

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

    /** @throws CliException if the file of client settings cannot be used */
    KafkaAccess access() {
        return brokers.access();
    }
}
