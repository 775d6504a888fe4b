package io.inkstream.sandbox;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.TaskManagerOptions.TaskManagerLoadBalanceMode;
import org.apache.flink.configuration.WebOptions;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/** What the servers are set to, whether they run in this JVM or in processes of their own. */
public final class ServerSettings {
    private static final int KAFKA_NODE = 1;
    private static final String CONTROLLER = "CONTROLLER";

    private ServerSettings() {}

    /** A standalone ZooKeeper that is quick to notice a client's death. */
    public static Properties zookeeper(int port) {
        Properties settings = new Properties();
        settings.setProperty("clientPort", Integer.toString(port));
        settings.setProperty("clientPortAddress", "localhost");
        // Sessions may be as short as two ticks: a client that dies is noticed within a second.
        settings.setProperty("tickTime", "500");
        settings.setProperty("maxSessionTimeout", "60000");
        settings.setProperty("maxClientCnxns", "0");
        settings.setProperty("admin.enableServer", "false");
        return settings;
    }

    /** Tells a NameNode and a DataNode all, but for ports and folders. */
    public static void hdfs(org.apache.hadoop.conf.Configuration settings) {
        settings.setInt("dfs.replication", 1);
        settings.setBoolean("dfs.permissions.enabled", false);
        // Other web pages in the user's browser may read only.
        settings.setBoolean("dfs.webhdfs.rest-csrf.enabled", true);
        settings.setInt("dfs.namenode.fs-limits.min-block-size", 1024);
        settings.setInt("dfs.namenode.safemode.extension", 0);
        settings.setInt("dfs.heartbeat.interval", 1);
        settings.setInt("dfs.namenode.handler.count", 4);
        settings.setInt("dfs.datanode.handler.count", 2);
    }

    /** A Kafka node that is broker and controller in one, set up for transactions and for a fast start. */
    public static Properties kafka(int port, int controllerPort, Path folder) {
        Properties settings = new Properties();
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", Integer.toString(KAFKA_NODE));
        settings.setProperty(
                "listeners", "PLAINTEXT://localhost:" + port + "," + CONTROLLER + "://localhost:" + controllerPort);
        settings.setProperty("advertised.listeners", "PLAINTEXT://localhost:" + port);
        settings.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.setProperty("controller.listener.names", CONTROLLER);
        settings.setProperty("controller.quorum.voters", KAFKA_NODE + "@localhost:" + controllerPort);
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

    /** Prepares a folder for {@link #kafka}'s node, unless one has used it already. */
    public static void formatKafka(Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(folder);
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(KAFKA_NODE)
                    .setControllerListenerName(CONTROLLER)
                    .setMetadataLogDirectory(folder.toString())
                    .addDirectory(folder.toString())
                    .run();
        }
    }

    /** Whether no NameNode has used the folder yet. */
    public static boolean isNewHdfs(Path folder) {
        return !Files.exists(nameFolder(folder).resolve("current"));
    }

    /** The NameNode's part of HDFS' folder, by the name that Hadoop's mini cluster gives it. */
    public static Path nameFolder(Path hdfs) {
        return hdfs.resolve("name-0-1");
    }

    /** Flink on this machine only, with checkpoints in HDFS; memory, folders and the port of REST are not said. */
    public static Configuration flink(String hdfs) {
        Configuration settings = new Configuration();
        settings.set(RestOptions.ADDRESS, "localhost");
        settings.set(RestOptions.BIND_ADDRESS, "localhost");
        settings.set(JobManagerOptions.ADDRESS, "localhost");
        settings.set(JobManagerOptions.BIND_HOST, "localhost");
        settings.set(TaskManagerOptions.HOST, "localhost");
        settings.set(TaskManagerOptions.BIND_HOST, "localhost");
        settings.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        // So that every TaskManager has tasks of a job with as many slots as there are TaskManagers.
        settings.set(TaskManagerOptions.TASK_MANAGER_LOAD_BALANCE_MODE, TaskManagerLoadBalanceMode.SLOTS);
        // Nobody uploads jars through the web page of a sandbox, least of all another web page.
        settings.set(WebOptions.SUBMIT_ENABLE, false);
        settings.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
        settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, hdfs + "/flink/checkpoints");
        settings.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, hdfs + "/flink/savepoints");
        settings.setString("flink.hadoop.dfs.replication", "1");
        // A file is closed in a moment; or, where the DataNode reports its last block a little late, 400 ms later.
        settings.setString("flink.hadoop.dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10");
        settings.setString("flink.hadoop.dfs.client.block.write.locateFollowingBlock.retries", "11");
        return settings;
    }
}
