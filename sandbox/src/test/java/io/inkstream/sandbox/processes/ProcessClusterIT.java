package io.inkstream.sandbox.processes;

import static io.inkstream.sandbox.processes.Role.DATA_NODE;
import static io.inkstream.sandbox.processes.Role.JOB_MANAGER;
import static io.inkstream.sandbox.processes.Role.KAFKA;
import static io.inkstream.sandbox.processes.Role.NAME_NODE;
import static io.inkstream.sandbox.processes.Role.TASK_MANAGER;
import static io.inkstream.sandbox.processes.Role.ZOOKEEPER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.kafka.clients.admin.Admin;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cluster for all tests; each leaves it with all servers up. */
class ProcessClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Rest REST = new Rest();

    @TempDir
    private static Path temp;

    private static ProcessCluster cluster;
    private static Path job;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(ProcessClusterOptions.defaults()
                .withJobManagers(2)
                // ZooKeeper is away for less: where all sessions end at once, Flink may elect two leaders
                // (CURATOR-696).
                .withFlink("high-availability.zookeeper.client.session-timeout", "15 s"));
        job = SmallJob.jar(temp);
    }

    @AfterAll
    static void nothingIsLeft() {
        List<ProcessHandle> processes = ProcessHandle.current().children().toList();
        assertThat(processes).hasSizeGreaterThanOrEqualTo(8);
        cluster.close();
        cluster.close();
        assertThat(processes).noneMatch(ProcessHandle::isAlive);
        assertThat(cluster.folder()).doesNotExist();
        assertThatThrownBy(() -> cluster.start(KAFKA, 0)).hasMessageContaining("closed with its cluster");
    }

    @Test
    void usageExample() throws Exception {
        FlinkRun run = cluster.flinkCli(List.of("run", "-c", SmallJob.class.getName(), job.toString(), "1000"));

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(REST.get(cluster.flink() + "/jobs/" + jobId(run))).contains("\"state\":\"FINISHED\"");
    }

    @Test
    void flinkKnowsNothingOfThisModuleButTheGuard() throws Exception {
        assertThat(cluster.pid(JOB_MANAGER, 0)).isPresent();
        assertThat(Files.readString(cluster.log(JOB_MANAGER, 0)))
                .contains("Classpath: ")
                .doesNotContain("inkstream-sandbox-0");
    }

    @Test
    @SuppressWarnings("try") // close() may be interrupted, which ends the test
    void dataOutliveEachServer() throws Exception {
        String name = cluster.uniqueName("kept");
        cluster.createTopics(1, name);
        write("/" + name, "in HDFS");
        try (ZooKeeper session = new ZooKeeper(cluster.zookeeper(), 10_000, event -> {})) {
            session.create("/" + name, new byte[] {7}, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        for (Role role : List.of(ZOOKEEPER, KAFKA, NAME_NODE, DATA_NODE)) {
            cluster.kill(role, 0);
            assertThat(cluster.pid(role, 0)).isEmpty();
            cluster.start(role, 0);
        }
        assertThat(topics()).contains(name);
        assertThat(read("/" + name)).isEqualTo("in HDFS");
        try (ZooKeeper session = new ZooKeeper(cluster.zookeeper(), 10_000, event -> {})) {
            assertThat(session.getData("/" + name, false, null)).containsExactly(7);
        }
    }

    @Test
    void aKilledTaskManagerIsMissedAndReplaced() throws Exception {
        String counting = submitEndless();
        cluster.kill(TASK_MANAGER, 0);
        cluster.kill(TASK_MANAGER, 0);
        await().atMost(PATIENCE).ignoreExceptions().until(ProcessClusterIT::taskManagers, count -> count == 1);
        cluster.start(TASK_MANAGER, 0);
        assertThat(taskManagers()).isEqualTo(2);
        awaitRunning(counting);
        cancel(counting);
    }

    @Test
    void anotherJobManagerGoesOnWithTheJobsOfAKilledOne() throws Exception {
        String counting = submitEndless();
        int leader = cluster.leader();
        cluster.kill(JOB_MANAGER, leader);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> cluster.leader() != leader);
        awaitRunning(counting);
        cluster.start(JOB_MANAGER, leader);
        cancel(counting);
    }

    @Test
    @SuppressWarnings("try") // close() may be interrupted, which ends the test
    void theElectionOutlivesItsCandidates() throws Exception {
        new Leadership(cluster.zookeeper(), "/another").keepElection();
        try (ZooKeeper session = new ZooKeeper(cluster.zookeeper(), 10_000, event -> {})) {
            session.create("/empty", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
            for (String parent : List.of("/empty", "/flink/another/leader/latch")) {
                session.create(parent + "/once", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                session.delete(parent + "/once", -1);
            }
            // ZooKeeper looks once a minute for what is empty and goes then: when this one is gone, it has looked.
            await().atMost(PATIENCE.multipliedBy(2)).until(() -> session.exists("/empty", false) == null);

            assertThat(session.exists("/flink/another/leader/latch", false)).isNotNull();
        }
    }

    @Test
    void aPausedServerKeepsItsConnectionsAndDoesNotAnswer() throws Exception {
        cluster.pause(ZOOKEEPER, 0);
        cluster.pause(NAME_NODE, 0);
        assertThatThrownBy(() -> REST.get(cluster.webHdfs() + "/?op=LISTSTATUS"))
                .hasMessageContaining("timed out");
        cluster.resume(NAME_NODE, 0);
        cluster.resume(ZOOKEEPER, 0);
        cluster.resume(ZOOKEEPER, 0);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> REST.get(cluster.webHdfs() + "/?op=LISTSTATUS").contains("FileStatuses"));
    }

    @Test
    void aServerThatRunsIsNotStartedTwice() {
        assertThatThrownBy(() -> cluster.start(KAFKA, 0))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("Kafka runs already, as process "
                        + cluster.pid(KAFKA, 0).getAsLong());
        assertThatThrownBy(() -> cluster.kill(KAFKA, 1)).hasMessageContaining("There is no Kafka 1");
    }

    @Test
    void aServerThatDoesNotStartIsNamedWithTheEndOfItsLog() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("damaged"));
        Files.createFile(folder.resolve(".inkstream-sandbox"));
        Files.createDirectories(folder.resolve("kafka"));
        Files.writeString(folder.resolve("kafka").resolve("meta.properties"), "version=of something else");
        ProcessClusterOptions options = ProcessClusterOptions.defaults();

        assertThatThrownBy(() -> ProcessCluster.start(
                        options.withServers(options.servers().withFolder(folder, false))))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("Kafka did not start: ")
                .hasMessageContaining("before it served. The end of its log, " + folder)
                .hasMessageContaining("of something else");
        assertThat(folder).doesNotExist();
    }

    private static String submitEndless() throws Exception {
        FlinkRun run = cluster.flinkCli(
                List.of("run", "-d", "-c", SmallJob.class.getName(), job.toString(), Long.toString(1L << 60)));
        assertThat(run.exitCode()).as(run.output()).isZero();
        awaitRunning(jobId(run));
        return jobId(run);
    }

    private static String jobId(FlinkRun run) {
        Matcher id = Pattern.compile("JobID ([0-9a-f]{32})").matcher(run.output());
        assertThat(id.find()).as(run.output()).isTrue();
        return id.group(1);
    }

    /** All tasks, not only the job, which is said to run before they do. */
    private static void awaitRunning(String job) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            String state = REST.get(cluster.flink() + "/jobs/" + job);
            return state.contains("\"state\":\"RUNNING\"") && state.contains("\"RUNNING\":2");
        });
    }

    private static void cancel(String job) {
        assertThat(cluster.flinkCli(List.of("cancel", job)).exitCode()).isZero();
    }

    private static void write(String path, String text) throws IOException {
        try (FileSystem hdfs = FileSystem.newInstance(URI.create(cluster.hdfs()), new Configuration());
                FSDataOutputStream out = hdfs.create(new org.apache.hadoop.fs.Path(path), false)) {
            out.write(text.getBytes(UTF_8));
        }
    }

    private static String read(String path) throws IOException {
        try (FileSystem hdfs = FileSystem.newInstance(URI.create(cluster.hdfs()), new Configuration());
                FSDataInputStream in = hdfs.open(new org.apache.hadoop.fs.Path(path))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static Set<String> topics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.kafka()))) {
            return admin.listTopics().names().get();
        }
    }

    private static int taskManagers() throws Exception {
        return REST.get(cluster.flink() + "/taskmanagers").split("\"slotsNumber\"").length - 1;
    }
}
