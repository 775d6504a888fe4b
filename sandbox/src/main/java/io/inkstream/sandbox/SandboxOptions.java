package io.inkstream.sandbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link Sandbox} is to look like; {@link #defaults()} suits tests.
 *
 * @param kafkaPort port of the Kafka broker; like all ports here, 0 means any free one
 * @param zookeeperPort client port of ZooKeeper
 * @param hdfsPort RPC port of the HDFS NameNode
 * @param flinkPort port of Flink's REST API and web page
 * @param taskManagers Flink TaskManagers at the start, at least 1
 * @param slotsPerTaskManager task slots of each, at least 1
 * @param folder where all servers keep their data; empty for a new temporary folder. Data of an earlier sandbox in it
 *     are taken up again, except Flink's: Flink jobs end with their sandbox
 * @param keepFolder whether the data stay when the sandbox is closed
 * @param flink Flink options on top of the sandbox's own, for the cluster and for {@link Sandbox#flinkClient()}
 * @param kafkaLogin whether Kafka wants TLS and a password, see {@link Sandbox#kafkaClient()}
 * @param here which of the servers run in this JVM; the ports of the others are those on which they listen
 */
public record SandboxOptions(
        int kafkaPort,
        int zookeeperPort,
        int hdfsPort,
        int flinkPort,
        int taskManagers,
        int slotsPerTaskManager,
        Optional<Path> folder,
        boolean keepFolder,
        Map<String, String> flink,
        boolean kafkaLogin,
        Here here) {

    /** Which servers a sandbox starts, for those who want Flink in a JVM of its own. */
    public enum Here {
        ALL,
        ALL_BUT_FLINK,
        ONLY_FLINK
    }

    public SandboxOptions {
        requirePort("Kafka", kafkaPort);
        requirePort("ZooKeeper", zookeeperPort);
        requirePort("HDFS", hdfsPort);
        requirePort("Flink", flinkPort);
        requirePositive("taskManagers", taskManagers);
        requirePositive("slotsPerTaskManager", slotsPerTaskManager);
        if (here == Here.ONLY_FLINK && (kafkaPort == 0 || zookeeperPort == 0 || hdfsPort == 0)) {
            throw new IllegalArgumentException("Flink alone needs the ports of Kafka, ZooKeeper and HDFS elsewhere on"
                    + " this machine; give them with withPorts");
        }
        if (here == Here.ONLY_FLINK && kafkaLogin) {
            throw new IllegalArgumentException("Only who starts Kafka has a login for it: leave out withKafkaLogin");
        }
        flink = Map.copyOf(flink);
    }

    /** Free ports, 2 TaskManagers of 2 slots each, a temporary folder that is removed on close. */
    public static SandboxOptions defaults() {
        return new SandboxOptions(0, 0, 0, 0, 2, 2, Optional.empty(), false, Map.of(), false, Here.ALL);
    }

    /** These options with fixed ports, each 0 for any free one. */
    public SandboxOptions withPorts(int kafka, int zookeeper, int hdfs, int flinkUi) {
        return new SandboxOptions(
                kafka,
                zookeeper,
                hdfs,
                flinkUi,
                taskManagers,
                slotsPerTaskManager,
                folder,
                keepFolder,
                flink,
                kafkaLogin,
                here);
    }

    /** These options with another Flink cluster size. */
    public SandboxOptions withTaskManagers(int count, int slotsEach) {
        return new SandboxOptions(
                kafkaPort,
                zookeeperPort,
                hdfsPort,
                flinkPort,
                count,
                slotsEach,
                folder,
                keepFolder,
                flink,
                kafkaLogin,
                here);
    }

    /** These options with the data in {@code path}, which is made if it is missing. */
    public SandboxOptions withFolder(Path path, boolean keep) {
        return new SandboxOptions(
                kafkaPort,
                zookeeperPort,
                hdfsPort,
                flinkPort,
                taskManagers,
                slotsPerTaskManager,
                Optional.of(path),
                keep,
                flink,
                kafkaLogin,
                here);
    }

    /** These options with one Flink option more. */
    public SandboxOptions withFlink(String key, String value) {
        Map<String, String> more = new HashMap<>(flink);
        more.put(key, value);
        return new SandboxOptions(
                kafkaPort,
                zookeeperPort,
                hdfsPort,
                flinkPort,
                taskManagers,
                slotsPerTaskManager,
                folder,
                keepFolder,
                more,
                kafkaLogin,
                here);
    }

    /** These options with a Kafka that wants TLS and a password. */
    public SandboxOptions withKafkaLogin() {
        return new SandboxOptions(
                kafkaPort,
                zookeeperPort,
                hdfsPort,
                flinkPort,
                taskManagers,
                slotsPerTaskManager,
                folder,
                keepFolder,
                flink,
                true,
                here);
    }

    /** These options with only some of the servers; those of {@link Here#ONLY_FLINK} need all other ports set before. */
    public SandboxOptions with(Here servers) {
        return new SandboxOptions(
                kafkaPort,
                zookeeperPort,
                hdfsPort,
                flinkPort,
                taskManagers,
                slotsPerTaskManager,
                folder,
                keepFolder,
                flink,
                kafkaLogin,
                servers);
    }

    private static void requirePort(String server, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(
                    "The port of " + server + " is " + port + "; choose one from 1 to 65535, or 0 for any free one");
        }
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least 1");
        }
    }
}
