package io.inkstream.sandbox;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** A Kafka node in this JVM that is broker and controller in one. */
final class EmbeddedKafka implements Server {
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
        ServerSettings.formatKafka(folder);
        Properties settings = ServerSettings.kafka(port, controllerPort, folder);
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
}
