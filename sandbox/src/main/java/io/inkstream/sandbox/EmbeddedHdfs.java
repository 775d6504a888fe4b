package io.inkstream.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/**
 * An HDFS NameNode with one DataNode in this JVM.
 *
 * <p>Hadoop's mini cluster disables {@code System.exit} by Hadoop and puts its metrics system in mini-cluster mode, both
 * once per JVM.
 */
final class EmbeddedHdfs implements Server {
    private final int port;
    private final int webPort;
    private final Path folder;
    private MiniDFSCluster cluster;

    EmbeddedHdfs(int port, int webPort, Path folder) {
        this.port = port;
        this.webPort = webPort;
        this.folder = folder;
    }

    @Override
    public String name() {
        return "HDFS";
    }

    @Override
    public void start() throws Exception {
        boolean isNew = ServerSettings.isNewHdfs(folder);
        Files.createDirectories(folder);
        Configuration settings = new Configuration();
        ServerSettings.hdfs(settings);
        cluster = new MiniDFSCluster.Builder(settings, folder.toFile())
                .nameNodePort(port)
                .nameNodeHttpPort(webPort)
                .numDataNodes(1)
                .storagesPerDatanode(1)
                .enableManagedDfsDirsRedundancy(false)
                .checkExitOnShutdown(false)
                .format(isNew)
                .build();
        cluster.waitActive();
    }

    @Override
    public void stop() {
        if (cluster != null) {
            cluster.shutdown(false);
            cluster = null;
        }
    }
}
