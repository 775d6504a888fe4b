package io.inkstream.sandbox;

import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** A Kafka node in this JVM that is broker and controller in one. */
final class EmbeddedKafka implements Server {
    private final int port;
    private final int controllerPort;
    private final Path folder;
    private KafkaRaftServer server;

    EmbeddedKafka(int port, int controllerPort, Path folder) {
        this.port = port;
        this.controllerPort = controllerPort;
        this.folder = folder;
    }

    @Override
    public String name() {
        return "Kafka";
    }

    @Override
    public void start() throws Exception {
        ServerSettings.formatKafka(folder);
        server = new KafkaRaftServer(
                new KafkaConfig(ServerSettings.kafka(port, controllerPort, folder), false), Time.SYSTEM);
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
}
