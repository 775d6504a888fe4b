package io.inkstream.jobs;

import io.inkstream.models.registry.ModelRegistry;
import picocli.CommandLine.Option;

/** Which model a job works for, and where Kafka, ZooKeeper and HDFS are. */
public final class Connections {

    @Option(
            names = "--model",
            defaultValue = "digits",
            paramLabel = "NAME",
            description = "Model; topics, HDFS paths and znodes derive from its name (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Kafka brokers, comma-separated.")
    private String kafka;

    @Option(
            names = "--zookeeper",
            required = true,
            paramLabel = "HOST:PORT",
            description = "ZooKeeper's connect string.")
    private String zookeeper;

    @Option(
            names = "--root",
            required = true,
            paramLabel = "URI",
            description = "Where models and checkpoints are kept, such as hdfs://namenode:8020/inkstream.")
    private String root;

    /** For picocli. */
    Connections() {}

    /** @throws IllegalArgumentException when the model's name does not fit topics, paths and znodes */
    public Connections(String model, String kafka, String zookeeper, String root) {
        this.model = model;
        this.kafka = kafka;
        this.zookeeper = zookeeper;
        this.root = root;
        validate();
    }

    void validate() {
        ModelRegistry.requireModelName(model);
    }

    public String model() {
        return model;
    }

    public String kafka() {
        return kafka;
    }

    public String zookeeper() {
        return zookeeper;
    }

    public String root() {
        return root;
    }

    /** The consumer group whose offsets say up to where completed checkpoints have read {@code training}. */
    public String trainingGroup() {
        return model + "-training";
    }

    public Topics topics() {
        return Topics.of(model);
    }
}
