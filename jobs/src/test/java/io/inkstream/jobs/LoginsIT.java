package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.Rollout;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on servers that want a login: Kafka by SASL_SSL, ZooKeeper by digest. */
class LoginsIT {

    private static final String ZOOKEEPER_PASSWORD = UUID.randomUUID().toString();

    @TempDir
    private static Path folder;

    private static Sandbox sandbox;
    private static Path kafkaProperties;
    private static Path zookeeperAuth;

    @BeforeAll
    static void startServers() throws Exception {
        sandbox = Sandbox.start(SandboxOptions.defaults().withTaskManagers(1, 4).withKafkaLogin());
        kafkaProperties = properties("kafka.properties", sandbox.kafkaClient());
        zookeeperAuth =
                Files.writeString(folder.resolve("zookeeper.auth"), "digest:inkstream:" + ZOOKEEPER_PASSWORD + "\n");
    }

    @AfterAll
    static void stopServers() {
        sandbox.close();
    }

    @Test
    void imagesBecomeVersionsAndPredictionsAndNobodySeesASecret() throws Exception {
        try (CapturedLog log = new CapturedLog();
                Loop loop = new Loop(sandbox, 1, 1, LoginsIT::login)) {
            loop.produceLabeled(Loop.samples().slice(0, 640));
            loop.produceUnlabeled(Loop.samples().slice(9_000, 9_100), "scanner");
            Submitting training = new Submitting();
            loop.awaitFinished(
                    loop.started(TrainingJob.submit(training, loop.training().bounded())));
            Submitting scoring = new Submitting();
            loop.started(ScoringJob.submit(scoring, loop.scoring().withParallelism(1)));
            assertThat(loop.awaitPredictions(100)).hasSize(100);

            for (Submitting job : List.of(training, scoring)) {
                assertThat(job.graph())
                        .contains(kafkaProperties.toString(), zookeeperAuth.toString())
                        .doesNotContain(secrets());
            }
            assertThat(new FlinkRest(sandbox).everything())
                    .hasSizeGreaterThan(30)
                    .allSatisfy((path, answer) -> assertThat(answer).doesNotContain(secrets()));
            // Kafka's clients have written down what they were set to.
            assertThat(log.text()).contains("sasl.jaas.config = [hidden]").doesNotContain(secrets());
            assertOnlyWeMoveLive(loop);
        }
    }

    private static void assertOnlyWeMoveLive(Loop loop) throws Exception {
        long live = loop.registry().live().orElseThrow().getVersion();
        Path other = Files.writeString(folder.resolve("other.auth"), "digest:mallory:guessed");
        ZooKeeperAccess theirs = new ZooKeeperAccess(sandbox.zookeeper(), other.toString());
        try (ModelRegistry registry =
                ModelRegistry.open(theirs, loop.connections().model())) {
            assertThatThrownBy(() -> new Rollout(registry).pin(live, "mallory", "mine"))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("--zookeeper-auth");
        }
        new Rollout(loop.registry()).pin(live, "us", "ours");
        assertThat(loop.registry().live().orElseThrow().getPinned()).isTrue();
    }

    @Test
    void aWrongPasswordIsRefusedAtSubmit() throws Exception {
        Map<String, Object> wrong = sandbox.kafkaClient();
        wrong.computeIfPresent(
                "sasl.jaas.config", (key, jaas) -> jaas.toString().replace(kafkaPassword(), "guessed"));
        assertRefused(properties("wrong.properties", wrong), "does not let us in");
    }

    @Test
    void aBrokerWhoseCertificateIsUnknownIsNotToldThePassword() throws Exception {
        Map<String, Object> distrustful = sandbox.kafkaClient();
        distrustful.keySet().removeIf(key -> key.startsWith("ssl.truststore"));
        assertRefused(properties("distrustful.properties", distrustful), "does not let us in");
    }

    @Test
    void whoHasNoLoginIsToldWhichOptionGivesIt() {
        BrokerChecks checks =
                new BrokerChecks(Deployment.CLIENT, "digits", KafkaAccess.open(sandbox.kafka()), Duration.ofSeconds(2));
        assertThatThrownBy(() -> checks.require(Duration.ZERO, List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("cannot reach Kafka at " + sandbox.kafka(), "--kafka-properties");
    }

    private static void assertRefused(Path properties, String why) {
        Connections connections = new Connections("digits", sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs());
        TrainingOptions options = new TrainingOptions(connections.withKafkaProperties(properties.toString()));
        assertThatThrownBy(() -> TrainingJob.submit(new StreamExecutionEnvironment(sandbox.flinkClient()), options))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("Kafka at " + sandbox.kafka(), why, "--kafka-properties");
    }

    private static Connections login(Connections connections) {
        return connections.withKafkaProperties(kafkaProperties.toString()).withZooKeeperAuth(zookeeperAuth.toString());
    }

    private static Path properties(String name, Map<String, Object> client) throws Exception {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.remove("bootstrap.servers");
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    private static String[] secrets() {
        return new String[] {kafkaPassword(), ZOOKEEPER_PASSWORD};
    }

    private static String kafkaPassword() {
        Matcher password = Pattern.compile("password=\"([^\"]+)\"")
                .matcher(sandbox.kafkaClient().get("sasl.jaas.config").toString());
        assertThat(password.find()).isTrue();
        return password.group(1);
    }

    /** Keeps what it sends to Flink. */
    @SuppressWarnings("try") // close() may be interrupted, and nobody calls it
    private static final class Submitting extends StreamExecutionEnvironment {
        private final List<StreamGraph> sent = new ArrayList<>();

        Submitting() {
            super(sandbox.flinkClient());
        }

        @Override
        public JobClient executeAsync(StreamGraph graph) throws Exception {
            sent.add(graph);
            return super.executeAsync(graph);
        }

        String graph() throws Exception {
            assertThat(sent).hasSize(1);
            return new String(InstantiationUtil.serializeObject(sent.get(0)), ISO_8859_1);
        }
    }
}
