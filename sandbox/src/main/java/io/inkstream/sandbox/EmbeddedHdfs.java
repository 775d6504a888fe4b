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
        boolean isNew = !Files.exists(folder.resolve("name-0-1").resolve("current"));
        Files.createDirectories(folder);
        cluster = new MiniDFSCluster.Builder(settings(), folder.toFile())
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

    private static Configuration settings() {
        Configuration settings = new Configuration();
        settings.setInt("dfs.replication", 1);
        settings.setBoolean("dfs.permissions.enabled", false);
        // Other web pages in the user's browser may read only.
        settings.setBoolean("dfs.webhdfs.rest-csrf.enabled", true);
        settings.setInt("dfs.namenode.fs-limits.min-block-size", 1024);
        settings.setInt("dfs.namenode.safemode.extension", 0);
        settings.setInt("dfs.heartbeat.interval", 1);
        settings.setInt("dfs.namenode.handler.count", 4);
        settings.setInt("dfs.datanode.handler.count", 2);
        return settings;
    }
}
