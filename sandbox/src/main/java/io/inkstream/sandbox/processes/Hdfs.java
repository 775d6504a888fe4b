package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.server.namenode.NameNode;

/** The two servers of HDFS, a NameNode and a DataNode, and the settings that they and their clients share. */
final class Hdfs {
    private static final List<String> OPTIONS = List.of(JvmCommand.SMALL, "-Xmx128m", "-XX:TieredStopAtLevel=1");

    private final int port;
    private final int webPort;
    private final List<Integer> dataPorts;
    private final Path folder;
    private final Layout layout;
    private final Rest rest;

    /** @param dataPorts of the DataNode: data, HTTP and RPC */
    Hdfs(int port, int webPort, List<Integer> dataPorts, Path folder, Layout layout, Rest rest) throws IOException {
        this.port = port;
        this.webPort = webPort;
        this.dataPorts = dataPorts;
        this.folder = folder;
        this.layout = layout;
        this.rest = rest;
        layout.write("hdfs-site.xml", settings());
    }

    String uri() {
        return "hdfs://localhost:" + port;
    }

    /** @param dataNodeAnswers whether there is one to wait for, where it has blocks to report */
    Program nameNode(BooleanSupplier dataNodeAnswers) {
        return new Program() {
            @Override
            public JvmCommand command() throws Exception {
                Files.createDirectories(folder);
                if (ServerSettings.isNewHdfs(folder)) {
                    Configuration all = new HdfsConfiguration();
                    all.addResource(settings());
                    NameNode.format(all);
                }
                return jvm("org.apache.hadoop.hdfs.server.namenode.NameNode");
            }

            @Override
            public boolean serves() throws IOException, InterruptedException {
                return leftSafeMode() || !dataNodeAnswers.getAsBoolean();
            }
        };
    }

    Program dataNode() {
        return new Program() {
            @Override
            public JvmCommand command() throws Exception {
                Files.createDirectories(folder);
                return jvm("org.apache.hadoop.hdfs.server.datanode.DataNode");
            }

            @Override
            public boolean serves() throws IOException, InterruptedException {
                String node = rest.get("http://localhost:%d/jmx?qry=Hadoop:service=DataNode,name=DataNodeInfo"
                        .formatted(dataPorts.get(1)));
                return node.contains("\\\"ActorState\\\":\\\"RUNNING\\\"") && leftSafeMode();
            }
        };
    }

    private boolean leftSafeMode() throws IOException, InterruptedException {
        return rest.get("http://localhost:%d/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState".formatted(webPort))
                .contains("\"FSState\" : \"Operational\"");
    }

    private JvmCommand jvm(String main) {
        return new JvmCommand(layout.serverClassPath(), OPTIONS, main, List.of(), Map.of());
    }

    private Configuration settings() {
        Configuration settings = new Configuration(false);
        ServerSettings.hdfs(settings);
        settings.set("fs.defaultFS", uri());
        settings.set("dfs.namenode.http-address", "localhost:" + webPort);
        settings.set(
                "dfs.namenode.name.dir",
                ServerSettings.nameFolder(folder).toUri().toString());
        settings.set(
                "dfs.datanode.data.dir",
                folder.resolve("data").resolve("data1").toUri().toString());
        settings.set("dfs.datanode.address", "localhost:" + dataPorts.get(0));
        settings.set("dfs.datanode.http.address", "localhost:" + dataPorts.get(1));
        settings.set("dfs.datanode.ipc.address", "localhost:" + dataPorts.get(2));
        settings.set("hadoop.tmp.dir", folder.resolve("tmp").toString());
        // With the heartbeats of a second: a DataNode that is dead is noticed after 12 seconds.
        settings.setInt("dfs.namenode.heartbeat.recheck-interval", 1_000);
        return settings;
    }
}
