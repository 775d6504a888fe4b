package io.inkstream.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * A Flink JobManager and its TaskManagers in this JVM, with the REST API and the web page.
 *
 * <p>Flink keeps one set of file systems per JVM; it is set up from this cluster's options.
 */
final class EmbeddedFlink implements Server {
    private static final Duration REGISTRATION_LIMIT = Duration.ofSeconds(60);

    private final int port;
    private final String hdfs;
    private final Path folder;
    private final SandboxOptions options;

    /** The numbers by which {@link MiniCluster} knows its TaskManagers, of those that run; the oldest first. */
    private final Deque<Integer> taskManagers = new ArrayDeque<>();

    private int started;
    private MiniCluster cluster;

    EmbeddedFlink(int port, String hdfs, Path folder, SandboxOptions options) {
        this.port = port;
        this.hdfs = hdfs;
        this.folder = folder;
        this.options = options;
    }

    @Override
    public String name() {
        return "Flink";
    }

    @Override
    public void start() throws Exception {
        Files.createDirectories(folder);
        Configuration settings = settings();
        // The entry points of Flink's own processes do this; a MiniCluster leaves it to whoever starts it.
        FileSystem.initialize(settings, null);
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .setNumTaskManagers(options.taskManagers())
                .setNumSlotsPerTaskManager(options.slotsPerTaskManager())
                .setCommonBindAddress("localhost")
                .build());
        cluster.start();
        for (started = 0; started < options.taskManagers(); started++) {
            taskManagers.addLast(started);
        }
        awaitTaskManagers();
    }

    @Override
    public void stop() throws Exception {
        if (cluster != null) {
            cluster.closeAsync().get();
            cluster = null;
            taskManagers.clear();
        }
    }

    /** Ends the TaskManager that has run for the longest; returns when the JobManager knows. */
    void killTaskManager() throws Exception {
        if (taskManagers.isEmpty()) {
            throw new SandboxException("No TaskManager runs; start one before killing one");
        }
        cluster.terminateTaskManager(taskManagers.removeFirst()).get();
        awaitTaskManagers();
    }

    /** Adds a TaskManager; returns when the JobManager knows it. */
    void startTaskManager() throws Exception {
        cluster.startTaskManager();
        taskManagers.addLast(started++);
        awaitTaskManagers();
    }

    /** Options with which a client submits jobs to this cluster. */
    Configuration clientSettings() {
        Configuration settings = Configuration.fromMap(options.flink());
        settings.setString("execution.target", "remote");
        settings.setString("execution.attached", "true");
        settings.set(RestOptions.ADDRESS, "localhost");
        settings.set(RestOptions.PORT, port);
        return settings;
    }

    private void awaitTaskManagers() throws Exception {
        long deadline = System.nanoTime() + REGISTRATION_LIMIT.toNanos();
        while (cluster.requestClusterOverview().get().getNumTaskManagersConnected() != taskManagers.size()) {
            if (System.nanoTime() > deadline) {
                throw new SandboxException("The JobManager does not see " + taskManagers.size() + " TaskManagers after "
                        + REGISTRATION_LIMIT.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private Configuration settings() {
        Configuration settings = ServerSettings.flink(hdfs);
        settings.set(RestOptions.PORT, port);
        settings.set(RestOptions.BIND_PORT, Integer.toString(port));
        folders(settings);
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        settings.addAll(Configuration.fromMap(options.flink()));
        return settings;
    }

    private void folders(Configuration settings) {
        settings.set(CoreOptions.TMP_DIRS, folder.toString());
        settings.set(ClusterOptions.PROCESS_WORKING_DIR_BASE, folder.toString());
        settings.set(WebOptions.TMP_DIR, folder.toString());
        settings.set(
                BlobServerOptions.STORAGE_DIRECTORY, folder.resolve("blobs").toString());
    }
}
