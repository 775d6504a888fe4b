package io.inkstream.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts sandboxes of its own, in one JVM one after the other, beside the shared one of the other tests if that runs. */
class SandboxLifecycleIT {
    @Test
    void aClosedSandboxLeavesNeitherFolderNorThreadThatHoldsTheJvm() {
        Set<Thread> before = holdingTheJvm();
        Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withTaskManagers(1, 1));
        assertThat(sandbox.folder()).isDirectory();
        sandbox.close();
        sandbox.close();
        assertThat(sandbox.folder()).doesNotExist();
        // The DataNode's web server leaves its threads a quiet period of two seconds.
        await().pollInSameThread()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(holdingTheJvm()).isSubsetOf(before));
    }

    @Test
    void flinkMayRunApartFromTheOtherServers() throws Exception {
        try (Sandbox servers = Sandbox.start(SandboxOptions.defaults().with(SandboxOptions.Here.ALL_BUT_FLINK));
                Sandbox flink = Sandbox.start(SandboxOptions.defaults()
                        .withPorts(port(servers.kafka()), port(servers.zookeeper()), port(servers.hdfs()), 0)
                        .withTaskManagers(1, 1)
                        .with(SandboxOptions.Here.ONLY_FLINK))) {
            assertThat(flink.kafka()).isEqualTo(servers.kafka());
            flink.createTopic(flink.uniqueName("digits"), 1);
            assertThat(Http.get(flink.flink() + "/taskmanagers")).contains("freeSlots");
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Test
    void aKeptFolderIsTakenUpAgain(@TempDir Path parent) throws Exception {
        Path folder = parent.resolve("kept");
        SandboxOptions options =
                SandboxOptions.defaults().withTaskManagers(1, 1).withFolder(folder, true);
        String topic;
        try (Sandbox first = Sandbox.start(options)) {
            topic = first.uniqueName("digits");
            first.createTopic(topic, 1);
            SandboxIT.produce(first, topic, "kept", true);
        }
        assertThat(folder).isDirectory();
        try (Sandbox second = Sandbox.start(options.withFolder(folder, false))) {
            assertThat(SandboxIT.consume(second, topic, 1)).containsExactly("kept");
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void aServerThatDoesNotStartIsNamedAndTheOthersAreStopped(@TempDir Path folder) throws Exception {
        Files.createFile(folder.resolve(Folders.MARKER));
        Files.createFile(folder.resolve("kafka"));
        Set<Integer> used = new HashSet<>();
        List<Integer> ports = Stream.generate(() -> FreePorts.ofThisProcess().next(used))
                .limit(4)
                .toList();
        SandboxOptions options = SandboxOptions.defaults()
                .withFolder(folder, true)
                .withPorts(ports.get(0), ports.get(1), ports.get(2), ports.get(3));
        assertThatThrownBy(() -> Sandbox.start(options))
                .isInstanceOf(SandboxException.class)
                .hasMessageStartingWith("Kafka did not start: ");
        for (int port : ports) {
            new ServerSocket(port, 1, InetAddress.getByName("localhost")).close();
        }
    }

    @Test
    void aPortThatIsTakenAfterItWasChosenIsReplacedByAnother() throws Exception {
        SandboxOptions options = SandboxOptions.defaults().withTaskManagers(1, 1);
        try (ServerSocket quicker = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            int taken = quicker.getLocalPort();
            List<Ports> choices = new ArrayList<>();
            Supplier<Ports> choice = () -> {
                Ports free = Ports.settle(options);
                choices.add(choices.isEmpty() ? on(taken, free) : free);
                return choices.get(choices.size() - 1);
            };
            try (Sandbox sandbox = Ports.start(choice, ports -> Sandbox.start(options, ports))) {
                assertThat(choices).hasSize(2);
                sandbox.createTopic(sandbox.uniqueName("digits"), 1);
            }
        }
    }

    private static Ports on(int kafka, Ports others) {
        return new Ports(
                kafka, others.kafkaController(), others.zookeeper(), others.hdfs(), others.webHdfs(), others.flink());
    }

    private static Set<Thread> holdingTheJvm() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .collect(Collectors.toSet());
    }
}
