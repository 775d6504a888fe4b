package io.inkstream.jobs;

import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.sandbox.processes.ProcessCluster;
import io.inkstream.sandbox.processes.ProcessClusterOptions;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.RestOptions;

/** Servers in processes of their own, set up as a user's: Inkstream comes in the job jar, and only there. */
final class SessionCluster {

    private SessionCluster() {}

    /**
     * With one TaskManager, which has room for both jobs.
     *
     * @param temporary where Flink's processes put temporary files, and unpack natives
     */
    static ProcessCluster start(Path temporary) throws IOException {
        Map<String, String> settings = new HashMap<>(
                GlobalConfiguration.loadConfiguration("../flink-conf").toMap());
        // The samples need less memory.
        settings.keySet().removeIf(key -> key.matches("(job|task)manager\\.memory\\..*"));
        settings.merge(
                "env.java.opts.taskmanager",
                " -Dorg.bytedeco.javacpp.cachedir=" + temporary.resolve("natives"),
                String::concat);
        // TaskManagers keep a job's jar for an hour after it has gone.
        settings.put("blob.service.cleanup.interval", "1");
        // What is only softly reachable is garbage.
        settings.put("env.java.opts.all", "-Djava.io.tmpdir=%s -XX:SoftRefLRUPolicyMSPerMB=0".formatted(temporary));
        SandboxOptions servers = SandboxOptions.defaults().withTaskManagers(1, 4);
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            servers = servers.withFlink(setting.getKey(), setting.getValue());
        }
        return ProcessCluster.start(
                ProcessClusterOptions.defaults().withServers(servers).withFlinkLib(lib()));
    }

    /** All that this process has, but for Inkstream, and what DL4J looks for beside itself. */
    private static List<Path> lib() throws IOException {
        List<Path> lib = new ArrayList<>();
        try (Stream<Path> built = Files.list(Path.of("../models/target"))) {
            built.filter(file -> file.toString().endsWith("-nd4j.jar")).forEach(lib::add);
        }
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(jar -> Files.isRegularFile(jar)
                        && !jar.getFileName().toString().startsWith("inkstream-"))
                .forEach(lib::add);
        return lib;
    }

    /** Options with which jobs are submitted. */
    static Configuration client(ProcessCluster cluster) {
        URI rest = URI.create(cluster.flink());
        Configuration client = new Configuration();
        client.setString("execution.target", "remote");
        client.set(RestOptions.ADDRESS, rest.getHost());
        client.set(RestOptions.PORT, rest.getPort());
        return client;
    }
}
