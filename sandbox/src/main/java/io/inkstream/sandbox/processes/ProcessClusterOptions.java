package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.SandboxOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link ProcessCluster} is to look like.
 *
 * @param servers ports, TaskManagers, folder and Flink options, as for a sandbox in this JVM; all servers are run. A Flink
 *     option {@code jobmanager.memory.…} or {@code taskmanager.memory.…} replaces all of the cluster's own for that memory
 * @param jobManagers 1, or more for some that stand by
 * @param flinkLib jars, and folders of jars, that are on Flink's class path beside Flink, Hadoop's client and the logging
 */
public record ProcessClusterOptions(SandboxOptions servers, int jobManagers, List<Path> flinkLib) {

    public ProcessClusterOptions {
        if (servers.here() != SandboxOptions.Here.ALL) {
            throw new IllegalArgumentException("A cluster of processes has all servers; leave out with(Here)");
        }
        if (jobManagers < 1) {
            throw new IllegalArgumentException("jobManagers is " + jobManagers + "; it must be at least 1");
        }
        flinkLib = List.copyOf(flinkLib);
    }

    /** Free ports, one JobManager, 2 TaskManagers of 4 slots: either has room for all that runs on the other. */
    public static ProcessClusterOptions defaults() {
        return new ProcessClusterOptions(SandboxOptions.defaults().withTaskManagers(2, 4), 1, List.of());
    }

    /** These options with other servers. */
    public ProcessClusterOptions withServers(SandboxOptions others) {
        return new ProcessClusterOptions(others, jobManagers, flinkLib);
    }

    /** These options with more JobManagers, of which one leads. */
    public ProcessClusterOptions withJobManagers(int count) {
        return new ProcessClusterOptions(servers, count, flinkLib);
    }

    /** These options with more on Flink's class path. */
    public ProcessClusterOptions withFlinkLib(List<Path> jarsAndFolders) {
        return new ProcessClusterOptions(servers, jobManagers, jarsAndFolders);
    }

    /** These options with one Flink option more. */
    public ProcessClusterOptions withFlink(String key, String value) {
        return new ProcessClusterOptions(servers.withFlink(key, value), jobManagers, flinkLib);
    }
}
