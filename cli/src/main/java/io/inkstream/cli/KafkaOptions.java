package io.inkstream.cli;

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
}
