package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.Folders;
import io.inkstream.sandbox.Lifecycle;
import io.inkstream.sandbox.Ports;
import io.inkstream.sandbox.SandboxException;
import io.inkstream.sandbox.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Real Kafka, ZooKeeper, HDFS and Flink servers, each a process of its own on this machine, so that one of them can die as
 * machines do, and jobs come by Flink's own command line. Flink keeps its leader and its jobs in ZooKeeper and HDFS, for
 * another JobManager to go on with.
 *
 * <p>The processes are JVMs of this JVM's Java, with jars from its class path; they listen on localhost only and end when
 * this JVM does, also when it is killed. It takes a POSIX system.
 */
public final class ProcessCluster implements AutoCloseable {
    private final ProcessClusterOptions options;
    private final Ports ports;
    private final Folders folders;
    private final Layout layout;
    private final Hdfs hdfs;
    private final Flink flink;
    private final Leadership leadership;
    private final List<Integer> flinkPorts;
    private final Map<Role, List<ChildServer>> servers = new EnumMap<>(Role.class);
    private final String birth = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    private final AtomicInteger names = new AtomicInteger();
    private boolean closed;

    private ProcessCluster(ProcessClusterOptions options, Ports ports, Folders folders) throws IOException {
        this.options = options;
        this.ports = ports;
        this.folders = folders;
        layout = Layout.make(folders.processes());
        Rest rest = new Rest();
        List<Integer> more = ports.more(options.jobManagers() + 2);
        hdfs = new Hdfs(ports.hdfs(), ports.webHdfs(), more.subList(0, 3), folders.hdfs(), layout, rest);
        flinkPorts = Stream.concat(Stream.of(ports.flink()), more.subList(3, more.size()).stream())
                .toList();
        leadership = new Leadership(zookeeper(), "/" + birth);
        flink = new Flink(
                FlinkSettings.of(options.servers(), hdfs.uri(), zookeeper(), leadership.clusterId(), folders.flink()),
                layout.flinkClassPath(options.flinkLib()),
                layout.settings().resolve("flink"),
                folders.flink(),
                rest);
        addServers();
    }

    private void addServers() {
        add(Role.ZOOKEEPER, new ZooKeeperProgram(ports.zookeeper(), folders.zookeeper(), layout));
        add(Role.KAFKA, new KafkaProgram(ports.kafka(), ports.kafkaController(), folders.kafka(), layout));
        add(Role.NAME_NODE, hdfs.nameNode(() -> server(Role.DATA_NODE, 0).answers()));
        add(Role.DATA_NODE, hdfs.dataNode());
        flinkPorts.forEach(port -> add(Role.JOB_MANAGER, flink.jobManager(port)));
        IntStream.range(0, options.servers().taskManagers())
                .forEach(number -> add(
                        Role.TASK_MANAGER,
                        flink.taskManager(number, layout.log(Role.TASK_MANAGER, number), this::flink)));
    }

    private void add(Role role, Program program) {
        List<ChildServer> ofRole = servers.computeIfAbsent(role, key -> new ArrayList<>());
        int number = ofRole.size();
        ofRole.add(new ChildServer(title(role, number), layout.log(role, number), program));
    }

    private String title(Role role, int number) {
        return role == Role.JOB_MANAGER || role == Role.TASK_MANAGER ? role.title() + " " + number : role.title();
    }

    /**
     * Starts all servers and returns when all of them serve.
     *
     * @throws SandboxException if a fixed port is taken or a server does not start; it says which, with the end of its
     *     log, and none is left running
     */
    public static ProcessCluster start(ProcessClusterOptions options) {
        return Ports.start(() -> Ports.settle(options.servers()), ports -> start(options, ports));
    }

    private static ProcessCluster start(ProcessClusterOptions options, Ports ports) {
        Folders folders = Folders.make(options.servers().folder());
        ProcessCluster cluster;
        try {
            cluster = new ProcessCluster(options, ports, folders);
        } catch (IOException e) {
            throw new SandboxException("The cluster's settings cannot be written to " + folders.processes(), e);
        }
        try {
            Lifecycle.startAll(cluster.all(Role.ZOOKEEPER, Role.KAFKA, Role.NAME_NODE, Role.DATA_NODE));
            cluster.keepElection();
            Lifecycle.startAll(cluster.all(Role.JOB_MANAGER, Role.TASK_MANAGER));
            return cluster;
        } catch (SandboxException failure) {
            try {
                cluster.close();
            } catch (SandboxException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    private void keepElection() {
        try {
            leadership.keepElection();
        } catch (IOException e) {
            throw new SandboxException("The election of Flink's leader could not be prepared: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while the election of Flink's leader was prepared", e);
        }
    }

    /** Kafka's bootstrap servers, {@code localhost:port}. */
    public String kafka() {
        return "localhost:" + ports.kafka();
    }

    /** ZooKeeper's connect string, {@code localhost:port}. */
    public String zookeeper() {
        return "localhost:" + ports.zookeeper();
    }

    /** The URI of HDFS, {@code hdfs://localhost:port}, without a slash at the end. */
    public String hdfs() {
        return hdfs.uri();
    }

    /** Where a browser reads HDFS, {@code http://localhost:port/webhdfs/v1}. */
    public String webHdfs() {
        return "http://localhost:" + ports.webHdfs() + "/webhdfs/v1";
    }

    /**
     * REST and the web page of the first JobManager that runs, {@code http://localhost:port}. One that stands by passes
     * what it is asked on to the one that leads.
     */
    public String flink() {
        List<ChildServer> jobManagers = servers.get(Role.JOB_MANAGER);
        return IntStream.range(0, jobManagers.size())
                .filter(number -> jobManagers.get(number).answers())
                .mapToObj(number -> Flink.uri(flinkPorts.get(number)))
                .findFirst()
                .orElseGet(() -> Flink.uri(flinkPorts.get(0)));
    }

    /** The number of the JobManager that leads; after its death it is named until another one does. */
    public int leader() {
        try {
            String address = leadership.rest();
            return IntStream.range(0, flinkPorts.size())
                    .filter(number -> address.endsWith(":" + flinkPorts.get(number)))
                    .findFirst()
                    .orElseThrow(() -> new SandboxException("No JobManager of this cluster is at " + address));
        } catch (IOException e) {
            throw new SandboxException("ZooKeeper does not say which JobManager leads: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while ZooKeeper was asked which JobManager leads", e);
        }
    }

    /** Where all servers keep their data, settings and logs. */
    public Path folder() {
        return folders.root();
    }

    /** What a server has written, over all its starts. */
    public Path log(Role role, int number) {
        return server(role, number).log();
    }

    /** How many servers of the role there are, running or not. */
    public int count(Role role) {
        return servers.get(role).size();
    }

    /** The process id of a server that runs. */
    public OptionalLong pid(Role role, int number) {
        return server(role, number).process().stream()
                .mapToLong(ProcessHandle::pid)
                .findFirst();
    }

    /** A name that no other call returns, for a topic, an HDFS folder, a znode or a transactional id. */
    public String uniqueName(String prefix) {
        return prefix + "-" + birth + "-" + names.incrementAndGet();
    }

    /** Creates topics of {@code partitions} each and waits until they are served. */
    public void createTopics(int partitions, String... topics) {
        Topics.create(kafka(), List.of(topics), partitions);
    }

    /** As above, of one partition each, of which Kafka keeps each key's last record. */
    public void createCompactedTopics(String... topics) {
        Topics.createCompacted(kafka(), List.of(topics));
    }

    /** Kills a server by SIGKILL and returns when its process is gone; does nothing if it does not run. */
    public void kill(Role role, int number) {
        run(server(role, number), "be killed", ChildServer::kill);
    }

    /** Ends a server as an operator does, by SIGTERM, and returns when its process is gone. */
    public void stop(Role role, int number) {
        Lifecycle.stop(server(role, number));
    }

    /** Starts a server again, on the same port and with the same data; returns when it serves. */
    public void start(Role role, int number) {
        ChildServer server = server(role, number);
        // Before, for a start that fails ends what it has begun.
        server.requireStopped();
        Lifecycle.start(server);
    }

    /** Stops a server by SIGSTOP: its connections stay open, and nothing answers. */
    public void pause(Role role, int number) {
        run(server(role, number), "be paused", ChildServer::pause);
    }

    /** Lets a paused server go on; does nothing if it is not paused. */
    public void resume(Role role, int number) {
        run(server(role, number), "go on", ChildServer::resume);
    }

    /**
     * Runs Flink's command line ({@code run}, {@code list}, {@code stop} …) in a JVM of its own, with this cluster's
     * config.yaml and class path, and waits for its end.
     */
    public FlinkRun flinkCli(List<String> arguments) {
        Path log = layout.logs().resolve("flink-cli-" + names.incrementAndGet() + ".log");
        try {
            return flink.run(arguments, log);
        } catch (IOException e) {
            throw new SandboxException("Flink's command line could not be run: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while Flink's command line ran", e);
        }
    }

    /** Ends all processes and removes the data; if those are to be kept, servers end in their own way. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<SandboxException> failures = new ArrayList<>();
        if (options.servers().keepFolder()) {
            Lifecycle.stopAll(all(Role.values()), failures);
        }
        all(Role.values()).forEach(server -> run(server, "be killed", ChildServer::end));
        if (!options.servers().keepFolder()) {
            folders.remove();
        }
        if (!failures.isEmpty()) {
            throw Lifecycle.merged(failures);
        }
    }

    private List<ChildServer> all(Role... roles) {
        return Stream.of(roles).flatMap(role -> servers.get(role).stream()).toList();
    }

    private ChildServer server(Role role, int number) {
        List<ChildServer> ofRole = servers.get(role);
        if (number < 0 || number >= ofRole.size()) {
            throw new IllegalArgumentException("There is no " + role.title() + " " + number
                    + "; they have the numbers 0 to " + (ofRole.size() - 1));
        }
        return ofRole.get(number);
    }

    private interface Fault {
        void on(ChildServer server) throws IOException;
    }

    private static void run(ChildServer server, String what, Fault fault) {
        try {
            fault.on(server);
        } catch (IOException e) {
            throw new SandboxException(server.name() + " could not " + what + ": " + e, e);
        }
    }
}
