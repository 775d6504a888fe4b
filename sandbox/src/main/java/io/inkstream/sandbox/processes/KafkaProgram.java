package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.ServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** A Kafka node that is broker and controller in one. */
record KafkaProgram(int port, int controllerPort, Path folder, Layout layout) implements Program {

    @Override
    public JvmCommand command() throws Exception {
        ServerSettings.formatKafka(folder);
        Path file = layout.write("kafka.properties", ServerSettings.kafka(port, controllerPort, folder));
        return new JvmCommand(
                layout.serverClassPath(),
                List.of(JvmCommand.SMALL, "-Xmx256m"),
                "kafka.Kafka",
                List.of(file.toString()),
                Map.of());
    }

    @Override
    public boolean serves() throws IOException, InterruptedException {
        // An admin client is dear: only where there is something to ask.
        new Socket(InetAddress.getByName("localhost"), port).close();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", "localhost:" + port, "default.api.timeout.ms", 5_000, "request.timeout.ms", 5_000);
        try (Admin admin = Admin.create(settings)) {
            // Brokers that have loaded their logs.
            return !admin.describeCluster().nodes().get().isEmpty();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
