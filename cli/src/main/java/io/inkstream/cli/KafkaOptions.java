package io.inkstream.cli;

import io.inkstream.jobs.KafkaAccess;
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

    /** @throws CliException if the file of client settings cannot be used */
    KafkaAccess access() {
        return brokers.access();
    }
}
