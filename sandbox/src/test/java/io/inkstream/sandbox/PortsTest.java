package io.inkstream.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void freePortsAreAllDifferent() {
        Ports ports = Ports.settle(SandboxOptions.defaults());
        assertThat(Set.of(
                        ports.kafka(),
                        ports.kafkaController(),
                        ports.zookeeper(),
                        ports.hdfs(),
                        ports.webHdfs(),
                        ports.flink()))
                .hasSize(6);
    }

    @Test
    void aTakenPortIsNamedWithItsServerAndTheRemedyBeforeAnythingStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> Sandbox.start(SandboxOptions.defaults().withPorts(0, 0, port, 0)))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("Port " + port + ", which HDFS is to use, is taken")
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void onePortForTwoServersIsRefused() {
        assertThatThrownBy(() -> Ports.settle(SandboxOptions.defaults().withPorts(23456, 0, 0, 23456)))
                .hasMessageContaining("Port 23456 is given to both Kafka and Flink");
    }

    @Test
    void aPortOutOfRangeIsRefused() {
        assertThatThrownBy(() -> SandboxOptions.defaults().withPorts(0, 70_000, 0, 0))
                .hasMessageContaining("The port of ZooKeeper is 70000");
    }

    @Test
    void flinkAloneTakesThePortsOfTheOthersAsTheyAre() throws Exception {
        try (ServerSocket kafka = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            int port = kafka.getLocalPort();
            Ports ports = Ports.settle(
                    SandboxOptions.defaults().withPorts(port, 2, 3, 0).with(SandboxOptions.Here.ONLY_FLINK));
            assertThat(ports.kafka()).isEqualTo(port);
            assertThat(ports.zookeeper()).isEqualTo(2);
            assertThat(ports.hdfs()).isEqualTo(3);
            assertThat(ports.flink()).isPositive();
        }
        assertThatThrownBy(() -> SandboxOptions.defaults().with(SandboxOptions.Here.ONLY_FLINK))
                .hasMessageContaining("withPorts");
    }
}
