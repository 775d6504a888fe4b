package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.sandbox.ServerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/** Flink's config.yaml: what a caller says, between what is only proposed and what the cluster cannot do without. */
final class FlinkSettings {
    /**
     * A JVM that has just started compiles, and collects garbage for want of room for classes, while it is to take over what
     * another one did: less of both, where all JVMs share the cores of one machine.
     */
    private static final String QUICK = " -XX:TieredStopAtLevel=1 -XX:MetaspaceSize=192m";

    private FlinkSettings() {}

    static Configuration of(SandboxOptions options, String hdfs, String zookeeper, String clusterId, Path folder) {
        Configuration settings = ServerSettings.flink(hdfs);
        recovery(settings);
        memory(settings, options.flink());
        settings.addAll(Configuration.fromMap(options.flink()));
        String given = settings.get(CoreOptions.FLINK_JVM_OPTIONS, "");
        settings.set(CoreOptions.FLINK_JVM_OPTIONS, (JvmCommand.SMALL + QUICK + " " + given).strip());
        // Among these are addresses and ports, where a caller passes on a whole config.yaml.
        settings.addAll(places(hdfs, zookeeper, clusterId, folder));
        settings.set(TaskManagerOptions.NUM_TASK_SLOTS, options.slotsPerTaskManager());
        return settings;
    }

    /** The sooner a death is noticed, the sooner images are read again. */
    private static void recovery(Configuration settings) {
        // A TaskManager whose port is closed twice in a row is dead; only one that is silent gets the timeout. Once may
        // be while a connection is being made.
        settings.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofMillis(300));
        settings.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(10));
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofMillis(200));
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(3));
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofSeconds(8));
        settings.set(HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT, Duration.ofSeconds(3));
        settings.set(HighAvailabilityOptions.ZOOKEEPER_CONNECTION_TIMEOUT, Duration.ofSeconds(3));
        settings.set(HighAvailabilityOptions.ZOOKEEPER_RETRY_WAIT, Duration.ofSeconds(1));
        // A ZooKeeper that is back before the session has ended changes nothing.
        settings.set(HighAvailabilityOptions.ZOOKEEPER_TOLERATE_SUSPENDED_CONNECTIONS, true);
        // A JobManager that has just lost the lead may complete one checkpoint more, and for it delete the oldest: that
        // must not be the one which its successor is about to restore.
        settings.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
    }

    /** Enough for Inkstream's jobs on samples; all processes together stay below 3 GB. */
    private static void memory(Configuration settings, Map<String, String> given) {
        if (given.keySet().stream().noneMatch(key -> key.startsWith("jobmanager.memory."))) {
            settings.set(JobManagerOptions.JVM_HEAP_MEMORY, MemorySize.ofMebiBytes(256));
        }
        if (given.keySet().stream().noneMatch(key -> key.startsWith("taskmanager.memory."))) {
            settings.set(TaskManagerOptions.TASK_HEAP_MEMORY, MemorySize.ofMebiBytes(256));
            settings.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(512));
            settings.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
            settings.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
            settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        }
    }

    private static Configuration places(String hdfs, String zookeeper, String clusterId, Path folder) {
        Configuration settings = new Configuration();
        settings.set(JobManagerOptions.ADDRESS, "localhost");
        settings.set(RestOptions.ADDRESS, "localhost");
        settings.set(RestOptions.BIND_ADDRESS, "localhost");
        settings.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
        settings.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
        settings.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, zookeeper);
        settings.set(HighAvailabilityOptions.HA_CLUSTER_ID, clusterId);
        settings.set(HighAvailabilityOptions.HA_STORAGE_PATH, hdfs + "/flink/ha");
        return settings;
    }
}
