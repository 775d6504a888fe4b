package io.inkstream.sandbox;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A Kafka node in this JVM that is broker and controller in one, set up for transactions and for a fast start. */
final class EmbeddedKafka implements Server {
    private static final int NODE_ID = 1;
    private static final String CONTROLLER = "CONTROLLER";

    private final int port;
    private final int controllerPort;
    private final Path folder;
    private final boolean wantsLogin;
    private KafkaLogin login;
    private KafkaRaftServer server;

    EmbeddedKafka(int port, int controllerPort, Path folder, boolean wantsLogin) {
        this.port = port;
        this.controllerPort = controllerPort;
        this.folder = folder;
        this.wantsLogin = wantsLogin;
    }

    @Override
    public String name() {
        return "Kafka";
    }

    @Override
    public void start() throws Exception {
        formatOnce();
        Properties settings = settings();
        if (wantsLogin) {
            login = login == null ? KafkaLogin.make(folder) : login;
            login.require(settings);
        }
        server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
    }

    @Override
    public void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** What a client must be set to, beside the address; nothing where anybody is let in. */
    Map<String, String> client() {
        return login == null ? Map.of() : login.client();
    }

    private void formatOnce() throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(folder);
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE_ID)
                    .setControllerListenerName(CONTROLLER)
                    .setMetadataLogDirectory(folder.toString())
                    .addDirectory(folder.toString())
                    .run();
        }
    }

    private Properties settings() {
        Properties settings = new Properties();
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", Integer.toString(NODE_ID));
        settings.setProperty(
                "listeners", "PLAINTEXT://localhost:" + port + "," + CONTROLLER + "://localhost:" + controllerPort);
        settings.setProperty("advertised.listeners", "PLAINTEXT://localhost:" + port);
        settings.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.setProperty("controller.listener.names", CONTROLLER);
        settings.setProperty("controller.quorum.voters", NODE_ID + "@localhost:" + controllerPort);
        settings.setProperty("log.dirs", folder.toString());
        topics(settings);
        sizes(settings);
        return settings;
    }

    private static void topics(Properties settings) {
        settings.setProperty("auto.create.topics.enable", "false");
        settings.setProperty("log.retention.ms", "-1");
        settings.setProperty("offsets.topic.num.partitions", "4");
        settings.setProperty("offsets.topic.replication.factor", "1");
        settings.setProperty("transaction.state.log.num.partitions", "4");
        settings.setProperty("transaction.state.log.replication.factor", "1");
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.num.partitions", "1");
        settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
        // What a sink's transaction may last: longer than a checkpoint and a restart together.
        settings.setProperty("transaction.max.timeout.ms", "900000");
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
    }

    private static void sizes(Properties settings) {
        settings.setProperty("num.network.threads", "2");
        settings.setProperty("num.io.threads", "4");
        settings.setProperty("background.threads", "2");
        // The default is 128 MiB of heap, taken at the start.
        settings.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
    }
}
