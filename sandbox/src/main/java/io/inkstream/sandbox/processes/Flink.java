package io.inkstream.sandbox.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/** The JVMs of Flink: JobManagers, TaskManagers and the command line, each started as the scripts of its distribution do. */
final class Flink {
    /** Flink and Kafka's clients reach into these. */
    private static final List<String> OPENS = List.of(
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED");

    private final Configuration settings;
    private final List<Path> classPath;
    private final Path conf;
    private final Rest rest;

    /** @param folder for what Flink keeps while it runs */
    Flink(Configuration settings, List<Path> classPath, Path conf, Path folder, Rest rest) throws IOException {
        this.settings = settings;
        this.classPath = classPath;
        this.conf = conf;
        this.rest = rest;
        Files.createDirectories(conf);
        Files.createDirectories(folder);
        Files.write(conf.resolve("config.yaml"), ConfigurationUtils.convertConfigToWritableLines(settings, true));
    }

    Program jobManager(int port) {
        return new Program() {
            @Override
            public JvmCommand command() {
                JobManagerProcessSpec memory = JobManagerProcessUtils.processSpecFromConfig(settings);
                List<String> dynamic = own("rest.port", Integer.toString(port));
                dynamic.addAll(own("rest.bind-port", Integer.toString(port)));
                dynamic.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
                return jvm(
                        JobManagerProcessUtils.generateJvmParametersStr(memory, settings),
                        CoreOptions.FLINK_JM_JVM_OPTIONS.key(),
                        StandaloneSessionClusterEntrypoint.class.getName(),
                        dynamic,
                        "containerized.master.env.");
            }

            @Override
            public boolean serves() throws IOException, InterruptedException {
                // Answered where a leader is known. Not /overview: see taskManager.
                return rest.get(uri(port) + "/config").contains("flink-version");
            }
        };
    }

    /**
     * It serves when it says, or the JobManager does, that it has been taken. To ask the JobManager alone would not do: where
     * ZooKeeper was away, it may not find its own resource manager any more. Nor would the log, which is empty where a user's
     * lib/ brings other settings of log4j.
     *
     * @param leader whose REST is asked
     */
    Program taskManager(int number, Path log, Supplier<String> leader) {
        AtomicInteger starts = new AtomicInteger();
        return new Program() {
            private volatile long started;

            @Override
            public JvmCommand command() throws IOException {
                started = Files.exists(log) ? Files.size(log) : 0;
                TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(settings);
                starts.incrementAndGet();
                List<String> dynamic = own("taskmanager.resource-id", id());
                dynamic.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
                return jvm(
                        ProcessMemoryUtils.generateJvmParametersStr(memory),
                        CoreOptions.FLINK_TM_JVM_OPTIONS.key(),
                        TaskManagerRunner.class.getName(),
                        dynamic,
                        "containerized.taskmanager.env.");
            }

            /** Another at each start: the JobManager must not take it for the one that has died. */
            private String id() {
                return "taskmanager-" + number + "-" + starts;
            }

            @Override
            public boolean serves() throws IOException, InterruptedException {
                return Logs.since(log, started).contains("Successful registration at resource manager")
                        || rest.get(leader.get() + "/taskmanagers").contains("\"" + id() + "\"");
            }
        };
    }

    static String uri(int port) {
        return "http://localhost:" + port;
    }

    /** Runs Flink's command line and waits for its end. */
    FlinkRun run(List<String> arguments, Path log) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("-Xmx192m"));
        options.addAll(options(CoreOptions.FLINK_CLI_JVM_OPTIONS.key()));
        JvmCommand command = new JvmCommand(
                classPath,
                options,
                CliFrontend.class.getName(),
                arguments,
                Map.of("FLINK_CONF_DIR", conf.toString(), "OMP_NUM_THREADS", "1"));
        Process process = command.start(log);
        try {
            int exitCode = process.waitFor();
            return new FlinkRun(exitCode, Files.readString(log));
        } finally {
            process.destroyForcibly();
        }
    }

    private JvmCommand jvm(String memory, String opts, String main, List<String> dynamic, String environment) {
        List<String> options = words(memory);
        options.addAll(options(opts));
        List<String> arguments = new ArrayList<>(List.of("--configDir", conf.toString()));
        arguments.addAll(dynamic);
        return new JvmCommand(
                classPath,
                options,
                main,
                arguments,
                ConfigurationUtils.getPrefixedKeyValuePairs(environment, settings));
    }

    /** What the scripts add: the options for all, then those for one kind. */
    private List<String> options(String opts) {
        List<String> options = new ArrayList<>(OPENS);
        options.addAll(words(settings.getString(CoreOptions.FLINK_JVM_OPTIONS.key(), "")));
        options.addAll(words(settings.getString(opts, "")));
        return options;
    }

    private static List<String> own(String key, String value) {
        return new ArrayList<>(List.of("-D", key + "=" + value));
    }

    private static List<String> words(String line) {
        return new ArrayList<>(Arrays.stream(line.split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList());
    }
}
