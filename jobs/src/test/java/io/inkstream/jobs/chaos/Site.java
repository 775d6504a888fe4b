package io.inkstream.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.processes.FlinkRun;
import io.inkstream.sandbox.processes.ProcessCluster;
import io.inkstream.sandbox.processes.ProcessClusterOptions;
import io.inkstream.sandbox.processes.Role;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.GlobalConfiguration;

/** A cluster of processes on which both jobs run, as a user has it. */
final class Site implements AutoCloseable {
    static final String MODEL = "digits";
    /** Of images and predictions; labelled images have one, so that nothing but their order decides what is learned. */
    static final int PARTITIONS = 2;

    private static final String TRAINING = MODEL + " training";
    private static final String SCORING = MODEL + " scoring";
    /** One leads, one stands by. */
    private static final int JOB_MANAGERS = 2;

    private static final int TASK_MANAGERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** The jars of the build that a user does not put into Flink's lib/. */
    private static final Pattern NOT_IN_LIB = Pattern.compile(
            "(inkstream-(sandbox|datasets|jobs)|junit|assertj|awaitility|hamcrest|opentest4j|apiguardian|surefire|flink-test"
                    + "|hadoop-client-minicluster|kafka_|kafka-(?!clients)|maven-).*|.*-tests\\.jar");

    private static final Path LOGS = Path.of("target", "chaos-logs");

    private final ProcessCluster cluster;
    private final FlinkRest flink;

    private Site(ProcessCluster cluster) {
        this.cluster = cluster;
        this.flink = new FlinkRest(cluster::flink);
    }

    /** Returns when both jobs run. */
    static Site start() throws Exception {
        ProcessClusterOptions options =
                ProcessClusterOptions.defaults().withJobManagers(JOB_MANAGERS).withFlinkLib(lib());
        for (Map.Entry<String, String> setting : settings().entrySet()) {
            options = options.withFlink(setting.getKey(), setting.getValue());
        }
        ProcessCluster cluster = ProcessCluster.start(options);
        Site site = new Site(cluster);
        try {
            site.createTopics();
            site.submit(
                    "ScoringJob",
                    "--parallelism=" + TASK_MANAGERS,
                    "--cache=" + cluster.folder().resolve("cache"));
            site.submit(
                    "TrainingJob",
                    "--network=mlp",
                    "--holdout=0",
                    "--replay=500",
                    "--replayed=8",
                    "--checkpoint-interval=3s");
            await().atMost(PATIENCE).until(() -> site.flink.running().keySet(), Set.of(TRAINING, SCORING)::equals);
            return site;
        } catch (Exception | AssertionError e) {
            site.close();
            throw e;
        }
    }

    /** What the package tells TaskManagers about natives; a cluster of this size has other memory. */
    private static Map<String, String> settings() {
        return GlobalConfiguration.loadConfiguration("../flink-conf").toMap().entrySet().stream()
                .filter(setting -> setting.getKey().matches("(env|containerized)\\..*"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static List<Path> lib() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .filter(jar -> !NOT_IN_LIB.matcher(jar.getFileName().toString()).matches())
                .toList();
    }

    private void createTopics() {
        cluster.createTopics(1, MODEL + ".training", MODEL + ".rejected");
        cluster.createTopics(PARTITIONS, MODEL + ".images", MODEL + ".predictions");
    }

    private void submit(String job, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "-d",
                "-c",
                "io.inkstream.jobs." + job,
                jobJar(),
                "--bootstrap-servers=" + kafka(),
                "--zookeeper=" + zookeeper(),
                "--root=" + root()));
        arguments.addAll(List.of(options));
        FlinkRun run = cluster.flinkCli(arguments);
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    private static String jobJar() throws IOException {
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            return built.filter(file -> file.getFileName().toString().matches("inkstream-jobs-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath()
                    .toString();
        }
    }

    ProcessCluster cluster() {
        return cluster;
    }

    String kafka() {
        return cluster.kafka();
    }

    String zookeeper() {
        return cluster.zookeeper();
    }

    String root() {
        return cluster.hdfs() + "/inkstream";
    }

    /** The numbers of the TaskManagers with tasks of the scoring job. */
    List<Integer> scoringTaskManagers() {
        return await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> flink.taskManagers(flink.running().get(SCORING)), ids -> !ids.isEmpty())
                .stream()
                .map(id -> Integer.valueOf(id.replaceAll("taskmanager-(\\d+)-.*", "$1")))
                .sorted()
                .toList();
    }

    /**
     * Starts JobManagers again that have ended: they do where ZooKeeper is away for long, and leave the rest to a supervisor.
     * Fails where another process has ended that nobody has killed: not each cluster has a supervisor for those.
     */
    void supervise() {
        for (int i = 0; i < cluster.count(Role.JOB_MANAGER); i++) {
            if (cluster.pid(Role.JOB_MANAGER, i).isEmpty()) {
                cluster.start(Role.JOB_MANAGER, i);
            }
        }
        for (Role role : Role.values()) {
            for (int i = 0; i < cluster.count(role); i++) {
                assertThat(cluster.pid(role, i))
                        .as("%s %d has ended by itself; its log is in %s", role, i, LOGS)
                        .isPresent();
            }
        }
    }

    /** What a failure's reader wants to know first. */
    String state() {
        try {
            return String.join("\n", flink.states());
        } catch (Exception e) {
            return "Flink does not tell how its jobs are: " + e;
        }
    }

    /** Stops both jobs over savepoints. */
    void stopJobs() throws Exception {
        for (Map.Entry<String, String> job : flink.running().entrySet()) {
            String name = job.getKey().substring(MODEL.length() + 1);
            flink.stop(job.getValue(), "%s/savepoints/%s/%s".formatted(root(), MODEL, name));
        }
    }

    /** What the JobManagers and the TaskManagers have written, one after the other. */
    List<String> logs() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Role role : List.of(Role.JOB_MANAGER, Role.TASK_MANAGER)) {
            for (int i = 0; i < cluster.count(role); i++) {
                lines.addAll(Files.readAllLines(cluster.log(role, i)));
            }
        }
        return lines;
    }

    /** What all servers have written stays, to be looked at. */
    @Override
    public void close() throws IOException {
        try (cluster) {
            Files.createDirectories(LOGS);
            for (Role role : Role.values()) {
                for (int i = 0; i < cluster.count(role); i++) {
                    Path log = cluster.log(role, i);
                    Files.copy(log, LOGS.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
