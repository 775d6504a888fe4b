package io.inkstream.cli;

import io.inkstream.gateway.Gateway;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.PredictionFormat;
import io.inkstream.operators.feedback.BrakeSettings;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.sandbox.processes.FlinkRun;
import io.inkstream.sandbox.processes.ProcessCluster;
import io.inkstream.sandbox.processes.ProcessClusterOptions;
import io.inkstream.sandbox.processes.Role;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.GlobalConfiguration;

/** Kafka, ZooKeeper, HDFS and Flink in processes of their own, with the jobs, submitted by Flink's command line. */
final class ClusterStack implements AutoCloseable {
    private static final int JOB_MANAGERS = 2;
    private static final int TASK_MANAGERS = 2;
    /** Of each TaskManager: all jobs fit on one. */
    private static final int SLOTS = 4;

    private static final long LOOK_EVERY_MS = 500;

    private final LocalOptions options;
    private final ProcessCluster cluster;
    private final Connections connections;
    private final PrintStream out;
    private Gateway gateway;

    private ClusterStack(LocalOptions options, ProcessCluster cluster, PrintStream out) {
        this.options = options;
        this.cluster = cluster;
        this.out = out;
        connections =
                new Connections(options.model, cluster.kafka(), cluster.zookeeper(), cluster.hdfs() + "/inkstream");
    }

    /**
     * Starts the servers and the jobs, and says so.
     *
     * @param recipe the training job's options for the network, as on its command line
     */
    static ClusterStack start(
            LocalOptions options, List<String> recipe, LocalJobs jobs, SandboxOptions servers, PrintStream out)
            throws IOException {
        options.requireKnownNames();
        ClusterFiles files = ClusterFiles.find();
        out.print("Starting ZooKeeper, Kafka, HDFS and Flink, each in a process of its own … ");
        out.flush();
        long start = System.nanoTime();
        ProcessCluster cluster = ProcessCluster.start(new ProcessClusterOptions(
                flink(servers.withTaskManagers(TASK_MANAGERS, SLOTS), files.flinkConf()),
                JOB_MANAGERS,
                files.flinkLib()));
        ClusterStack stack = new ClusterStack(options, cluster, out);
        try {
            out.printf(Locale.ROOT, "%.1f s%n", (System.nanoTime() - start) / 1e9);
            LocalStack.createTopics(stack.connections, cluster::createTopics, cluster::createCompactedTopics);
            stack.submitScoring(files.jobJar(), jobs.predictionFormat());
            stack.submitTraining(files.jobJar(), recipe);
            jobs.brake().ifPresent(mode -> stack.submitFeedback(files.jobJar(), mode));
            stack.gateway = LocalGateway.start(stack.connections, options.gatewayPort);
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    /** What users run with, but for the memory: the samples need less, and so does a desktop. */
    private static SandboxOptions flink(SandboxOptions servers, Path conf) {
        SandboxOptions all = servers;
        Map<String, String> settings =
                GlobalConfiguration.loadConfiguration(conf.toString()).toMap();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (!setting.getKey().matches("(job|task)manager\\.memory\\..*")) {
                all = all.withFlink(setting.getKey(), setting.getValue());
            }
        }
        return all;
    }

    private void submitScoring(Path jar, PredictionFormat format) {
        submit(
                jar,
                "ScoringJob",
                Stream.of(
                        "--parallelism",
                        Integer.toString(LocalStack.SCORERS),
                        "--prediction-format",
                        format.name(),
                        // Goes with the servers, and is not taken for another cluster's.
                        "--cache",
                        cluster.folder().resolve("cache").toString()));
    }

    private void submitTraining(Path jar, List<String> recipe) {
        submit(
                jar,
                "TrainingJob",
                Stream.concat(
                        Stream.of("--checkpoint-interval", LocalStack.VERSION_EVERY.toMillis() + "ms"),
                        recipe.stream()));
    }

    private void submitFeedback(Path jar, BrakeSettings.Mode brake) {
        submit(
                jar,
                "FeedbackJob",
                Stream.of(
                        "--parallelism",
                        "1",
                        "--checkpoint-interval",
                        LocalStack.LABELS_EVERY.toMillis() + "ms",
                        "--brake",
                        brake.name().toLowerCase(Locale.ROOT)));
    }

    private void submit(Path jar, String job, Stream<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "-d",
                "-c",
                "io.inkstream.jobs." + job,
                jar.toString(),
                "--model",
                connections.model(),
                "--bootstrap-servers",
                connections.kafka(),
                "--zookeeper",
                connections.zookeeper(),
                "--root",
                connections.root()));
        more.forEach(arguments::add);
        out.println("flink " + String.join(" ", arguments));
        FlinkRun run = cluster.flinkCli(arguments);
        if (run.exitCode() != 0) {
            throw new CliException("flink run did not submit the " + job + "; it wrote:\n" + run.output());
        }
    }

    Connections connections() {
        return connections;
    }

    ProcessCluster cluster() {
        return cluster;
    }

    /** Where everything is, and what to try. */
    void describe() {
        out.println();
        for (Role role : Role.values()) {
            for (int number = 0; number < cluster.count(role); number++) {
                out.printf(
                        "%-13s process %-8d %s%n",
                        title(role, number), cluster.pid(role, number).orElse(-1), cluster.log(role, number));
            }
        }
        new Directions(connections, gateway.url(), cluster.webHdfs(), cluster.flink(), options.folder).print(out);
        out.printf(
                """
                Try also what machines do:
                  kill -9 %d        a TaskManager: the other one goes on, and this one is started again
                  kill -9 %d        the JobManager that leads: the other one takes over
                """,
                cluster.pid(Role.TASK_MANAGER, 0).orElse(-1),
                cluster.pid(Role.JOB_MANAGER, cluster.leader()).orElse(-1));
    }

    /** Starts what has died again, until Ctrl-C. */
    void keepUp() throws InterruptedException {
        while (true) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            for (Role role : Role.values()) {
                for (int number = 0; number < cluster.count(role); number++) {
                    if (cluster.pid(role, number).isEmpty()) {
                        startAgain(role, number);
                    }
                }
            }
        }
    }

    private void startAgain(Role role, int number) {
        out.println(title(role, number) + " has died and is started again …");
        cluster.start(role, number);
        out.printf(
                "%s is process %d%n",
                title(role, number), cluster.pid(role, number).orElse(-1));
    }

    private static String title(Role role, int number) {
        return role.title() + " " + number;
    }

    @Override
    public void close() {
        if (gateway != null) {
            gateway.close();
        }
        cluster.close();
    }
}
