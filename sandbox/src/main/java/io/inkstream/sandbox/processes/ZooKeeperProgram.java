package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.ServerSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A standalone ZooKeeper. */
record ZooKeeperProgram(int port, Path folder, Layout layout) implements Program {
    private static final int ANSWER_MS = 1_000;

    @Override
    public JvmCommand command() throws IOException {
        Properties settings = ServerSettings.zookeeper(port);
        // Where ZooKeeper, when it is embedded, has it.
        settings.setProperty("dataDir", folder.resolve("data").toString());
        Files.createDirectories(folder.resolve("data"));
        Path file = layout.write("zoo.cfg", settings);
        return new JvmCommand(
                layout.serverClassPath(),
                List.of(JvmCommand.SMALL, "-Xmx64m", "-XX:TieredStopAtLevel=1"),
                "org.apache.zookeeper.server.ZooKeeperServerMain",
                List.of(file.toString()),
                Map.of());
    }

    @Override
    public boolean serves() throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("localhost"), port)) {
            // One that accepts before it serves may never answer.
            socket.setSoTimeout(ANSWER_MS);
            OutputStream out = socket.getOutputStream();
            out.write("srvr".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains("Mode:");
        }
    }
}
