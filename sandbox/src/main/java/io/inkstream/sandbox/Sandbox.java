package io.inkstream.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;

/**
 * Real Kafka, ZooKeeper, HDFS and Flink servers in this one JVM, for the demo and for tests; where the options say so,
 * Flink here and the others in another JVM.
 *
 * <p>All of them listen on localhost only. Their threads are daemons: they do not keep the JVM alive. Close the sandbox,
 * in a shutdown hook if need be, or its temporary folder stays behind. What the servers change for the whole JVM is said
 * at {@link EmbeddedZooKeeper}, {@link EmbeddedHdfs} and {@link EmbeddedFlink}; Kafka, if it finds its own metadata
 * damaged, ends the JVM, as it does on its own.
 */
public final class Sandbox implements AutoCloseable {
    private final SandboxOptions options;
    private final Ports ports;
    private final Folders folders;
    private final EmbeddedZooKeeper zookeeper;
    private final EmbeddedKafka kafka;
    private final EmbeddedHdfs hdfs;
    private final EmbeddedFlink flink;
    private final String birth = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    private final AtomicInteger names = new AtomicInteger();
    private boolean closed;

    private Sandbox(SandboxOptions options, Ports ports, Folders folders) {
        this.options = options;
        this.ports = ports;
        this.folders = folders;
        zookeeper = new EmbeddedZooKeeper(ports.zookeeper(), folders.zookeeper());
        kafka = new EmbeddedKafka(ports.kafka(), ports.kafkaController(), folders.kafka(), options.kafkaLogin());
        hdfs = new EmbeddedHdfs(ports.hdfs(), ports.webHdfs(), folders.hdfs());
        flink = new EmbeddedFlink(ports.flink(), hdfs(), folders.flink(), options);
    }

    /**
     * Starts all servers and returns when all of them serve.
     *
     * @throws SandboxException if a fixed port is taken or a server does not start; it says which, and none is left running
     */
    public static Sandbox start(SandboxOptions options) {
        return Ports.start(() -> Ports.settle(options), ports -> start(options, ports));
    }

    static Sandbox start(SandboxOptions options, Ports ports) {
        Sandbox sandbox = new Sandbox(options, ports, Folders.make(options.folder()));
        try {
            Lifecycle.startAll(sandbox.servers());
        } catch (SandboxException failure) {
            sandbox.removeFolder(failure);
            throw failure;
        }
        return sandbox;
    }

    /** Kafka's bootstrap servers, {@code localhost:port}. */
    public String kafka() {
        return "localhost:" + ports.kafka();
    }

    /** Settings with which any client gets to Kafka: {@code bootstrap.servers} and, where Kafka wants it, the login. */
    public Map<String, Object> kafkaClient() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", kafka());
        settings.putAll(kafka.client());
        return settings;
    }

    /** ZooKeeper's connect string, {@code localhost:port}. */
    public String zookeeper() {
        return "localhost:" + ports.zookeeper();
    }

    /** The URI of HDFS, {@code hdfs://localhost:port}, without a slash at the end. */
    public String hdfs() {
        return "hdfs://localhost:" + ports.hdfs();
    }

    /**
     * Where a browser reads HDFS, {@code http://localhost:port/webhdfs/v1}; a path and {@code ?op=LISTSTATUS} or
     * {@code ?op=OPEN} go after it. The shaded NameNode has no web page: its jar comes without the HTML.
     */
    public String webHdfs() {
        return "http://localhost:" + ports.webHdfs() + "/webhdfs/v1";
    }

    /** Flink's web page and REST API, {@code http://localhost:port}. */
    public String flink() {
        return "http://localhost:" + ports.flink();
    }

    /**
     * A new copy of the Flink options with which jobs are submitted to this cluster over REST. Use it as {@code new
     * StreamExecutionEnvironment(sandbox.flinkClient())}: {@code getExecutionEnvironment(…)} ignores the target and
     * makes a local environment, unless a command line client has set a context.
     */
    public Configuration flinkClient() {
        return flink.clientSettings();
    }

    /** Where all servers keep their data. */
    public Path folder() {
        return folders.root();
    }

    /** A name that no other call returns, for a topic, an HDFS folder, a znode or a transactional id. */
    public String uniqueName(String prefix) {
        return prefix + "-" + birth + "-" + names.incrementAndGet();
    }

    /** Creates a topic and waits until it is served; one that exists already must have as many partitions. */
    public void createTopic(String name, int partitions) {
        Topics.create(kafkaClient(), List.of(name), partitions);
    }

    /** Creates topics of {@code partitions} each, as {@link #createTopic} does. */
    public void createTopics(int partitions, String... topics) {
        Topics.create(kafkaClient(), List.of(topics), partitions);
    }

    /** Creates topics of one partition each, of which Kafka keeps each key's last record. */
    public void createCompactedTopics(String... topics) {
        Topics.createCompacted(kafkaClient(), List.of(topics));
    }

    /**
     * Ends the TaskManager that has run for the longest, with its tasks, and returns when the JobManager knows. Slots are
     * spread over the TaskManagers: a job that has as many slots as there are TaskManagers has tasks on each.
     */
    public synchronized void killTaskManager() {
        run("Flink did not end a TaskManager", flink::killTaskManager);
    }

    /** Adds a TaskManager and returns when the JobManager knows it. */
    public synchronized void startTaskManager() {
        run("Flink did not start a TaskManager", flink::startTaskManager);
    }

    /** Stops Kafka; clients see a broker that is gone. */
    public synchronized void stopKafka() {
        Lifecycle.stop(kafka);
    }

    /** Starts Kafka again on the same port with the same data. */
    public synchronized void startKafka() {
        Lifecycle.start(kafka);
    }

    /** Stops ZooKeeper; sessions are kept if it is started again within their timeout. */
    public synchronized void stopZooKeeper() {
        Lifecycle.stop(zookeeper);
    }

    /** Starts ZooKeeper again on the same port with the same data. */
    public synchronized void startZooKeeper() {
        Lifecycle.start(zookeeper);
    }

    /** Stops the NameNode and the DataNode. */
    public synchronized void stopHdfs() {
        Lifecycle.stop(hdfs);
    }

    /** Starts the NameNode and the DataNode again on the same port with the same data. */
    public synchronized void startHdfs() {
        Lifecycle.start(hdfs);
    }

    /** Stops all servers, Flink first, each within a time limit, and removes the data unless they are to be kept. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<SandboxException> failures = new ArrayList<>();
        Lifecycle.stopAll(servers(), failures);
        SandboxException failure = failures.isEmpty() ? null : Lifecycle.merged(failures);
        failure = removeFolder(failure);
        if (failure != null) {
            throw failure;
        }
    }

    private List<Server> servers() {
        return switch (options.here()) {
            case ALL -> List.of(zookeeper, kafka, hdfs, flink);
            case ALL_BUT_FLINK -> List.of(zookeeper, kafka, hdfs);
            case ONLY_FLINK -> List.of(flink);
        };
    }

    /** Adds a failure to remove the folder to {@code failure}, which may be null, and returns what there is to throw. */
    private SandboxException removeFolder(SandboxException failure) {
        if (options.keepFolder()) {
            return failure;
        }
        try {
            folders.remove();
            return failure;
        } catch (SandboxException e) {
            if (failure == null) {
                return e;
            }
            failure.addSuppressed(e);
            return failure;
        }
    }

    private interface Fault {
        void cause() throws Exception;
    }

    private static void run(String failure, Fault fault) {
        try {
            fault.cause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException(failure + ": interrupted", e);
        } catch (Exception e) {
            throw new SandboxException(failure + ": " + e, e);
        }
    }
}
