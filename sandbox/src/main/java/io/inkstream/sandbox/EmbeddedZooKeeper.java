package io.inkstream.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/**
 * A standalone ZooKeeper in this JVM.
 *
 * <p>ZooKeeper copies {@code admin.enableServer} to the system property {@code zookeeper.admin.enableServer}, and its
 * exit procedure, which is one per JVM, is set to logging only.
 */
final class EmbeddedZooKeeper implements Server {
    private static final long START_LIMIT_MS = 60_000;

    private final int port;
    private final Path folder;
    private ZooKeeperServerEmbedded server;

    EmbeddedZooKeeper(int port, Path folder) {
        this.port = port;
        this.folder = folder;
    }

    @Override
    public String name() {
        return "ZooKeeper";
    }

    @Override
    public void start() throws Exception {
        Files.createDirectories(folder);
        server = ZooKeeperServerEmbedded.builder()
                .baseDir(folder)
                .configuration(ServerSettings.zookeeper(port))
                .exitHandler(ExitHandler.LOG_ONLY)
                .build();
        server.start(START_LIMIT_MS);
    }

    @Override
    public void stop() {
        if (server != null) {
            server.close();
            server = null;
        }
    }
}
