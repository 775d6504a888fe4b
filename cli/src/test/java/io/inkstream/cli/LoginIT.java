package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.VersionState;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands where Kafka and ZooKeeper want a login. */
class LoginIT {
    private static final String SEVEN = "../samples/seven.png";

    @TempDir
    private static Path folder;

    private static Sandbox sandbox;

    @BeforeAll
    static void startServers() {
        sandbox = Sandbox.start(SandboxOptions.defaults()
                .with(SandboxOptions.Here.ALL_BUT_FLINK)
                .withKafkaLogin());
        sandbox.createTopics(1, "digits.images", "digits.predictions");
    }

    @AfterAll
    static void stopServers() {
        sandbox.close();
    }

    @Test
    void kafkaTakesAndGivesForWhoHasTheFile() throws Exception {
        String[] login = kafka("right.properties", sandbox.kafkaClient());
        Run produced = run(new String[] {"produce", SEVEN}, login);
        assertThat(produced.exitCode()).as(produced.err()).isZero();

        Prediction prediction =
                Prediction.newBuilder().setId("seven").setDigit(7).build();
        try (var producer =
                new KafkaProducer<>(sandbox.kafkaClient(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("digits.predictions", prediction.toByteArray()))
                    .get();
        }
        String[] read = {"predictions", "--from-beginning", "--max", "1", "--timeout", "30"};
        Run printed = run(read, login);
        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(printed.out()).contains("\"id\":\"seven\"");
    }

    @Test
    void kafkaSaysWhoIsTurnedAway() throws Exception {
        Map<String, Object> wrong = sandbox.kafkaClient();
        wrong.computeIfPresent(
                "sasl.jaas.config", (key, jaas) -> jaas.toString().replace(" password=\"", " password=\"guessed-"));
        Run run = run(new String[] {"produce", SEVEN}, kafka("wrong.properties", wrong));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("does not let us in", "--kafka-properties")
                .doesNotContain("guessed");
    }

    @Test
    void zookeeperShowsVersionsToWhoHasTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("zookeeper"), "digest:inkstream:s3cret");
        ZooKeeperAccess access = new ZooKeeperAccess(sandbox.zookeeper(), file.toString());
        try (ModelRegistry registry = ModelRegistry.open(access, "digits")) {
            registry.register(SampleVersions.version(1, VersionState.PUBLISHED, 320, 9_000, 1)
                    .build());
        }
        String[] list = {"models", "list", "--zookeeper", sandbox.zookeeper()};
        Run ours = run(list, "--zookeeper-auth", file.toString());
        assertThat(ours.exitCode()).as(ours.err()).isZero();
        assertThat(ours.out()).contains("320");

        Run theirs = Run.of(list);
        assertThat(theirs.exitCode()).isEqualTo(3);
        assertThat(theirs.err())
                .contains("does not let this user", "--zookeeper-auth")
                .hasLineCount(1);
        Run mistaken = run(list, "--zookeeper-auth", folder.resolve("missing").toString());
        assertThat(mistaken.err())
                .contains("missing", "which must be on this host")
                .hasLineCount(1);
    }

    private static String[] kafka(String name, Map<String, Object> client) throws Exception {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.remove("bootstrap.servers");
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return new String[] {"--bootstrap-servers", sandbox.kafka(), "--kafka-properties", file.toString()};
    }

    private static Run run(String[] command, String... options) {
        return Run.of(
                Stream.concat(Arrays.stream(command), Arrays.stream(options)).toArray(String[]::new));
    }
}
