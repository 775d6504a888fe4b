package io.inkstream.jobs;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.ZooKeeperAccess;
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
            names = "--kafka-properties",
            defaultValue = "",
            paramLabel = "FILE",
            description =
                    "Kafka's client settings security.*, sasl.* and ssl.*: a properties file that each host has at"
                            + " this absolute path. What stands in it stays on its host.")
    private String kafkaProperties = "";

    @Option(
            names = "--zookeeper",
            required = true,
            paramLabel = "HOST:PORT",
            description = "ZooKeeper's connect string.")
    private String zookeeper;

    @Option(
            names = "--zookeeper-auth",
            defaultValue = "",
            paramLabel = "FILE",
            description =
                    "The user to log in to ZooKeeper as, to whom all znodes then belong: a file that each host has"
                            + " at this absolute path, with a line digest:user:password; or sasl, for the JVM's JAAS"
                            + " configuration. What stands in the file stays on its host.")
    private String zookeeperAuth = "";

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

    /** These connections with a login to Kafka, see {@link KafkaAccess}. */
    public Connections withKafkaProperties(String file) {
        kafkaProperties = file;
        return this;
    }

    /** These connections with a login to ZooKeeper, see {@link ZooKeeperAccess}. */
    public Connections withZooKeeperAuth(String auth) {
        zookeeperAuth = auth;
        return this;
    }

    void validate() {
        ModelRegistry.requireModelName(model);
        kafkaAccess().settings();
        zookeeperAccess();
    }

    public String model() {
        return model;
    }

    public String kafka() {
        return kafka;
    }

    public KafkaAccess kafkaAccess() {
        return new KafkaAccess(kafka, kafkaProperties);
    }

    public String zookeeper() {
        return zookeeper;
    }

    public ZooKeeperAccess zookeeperAccess() {
        return new ZooKeeperAccess(zookeeper, zookeeperAuth);
    }

    public String root() {
        return root;
    }

    /** The consumer group whose offsets say up to where completed checkpoints have read {@code training}. */
    public String trainingGroup() {
        return model + "-training";
    }

    /** The feedback job's consumer group, with which also its transactional ids begin. */
    String feedbackGroup() {
        return model + "-feedback";
    }

    public Topics topics() {
        return Topics.of(model);
    }
}
