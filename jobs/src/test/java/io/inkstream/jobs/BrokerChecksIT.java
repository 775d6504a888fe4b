package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is refused at submit, each with the line that mends it. */
@ExtendWith(SandboxExtension.class)
class BrokerChecksIT {

    private static final Duration NONE = Duration.ZERO;
    private static final String NOBODY = "localhost:1";

    @Test
    void aJobWithoutItsTopics(Sandbox sandbox) {
        Connections connections = new Connections(
                sandbox.uniqueName("nothing"), sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(sandbox.flinkClient());

        assertThatThrownBy(() -> ScoringJob.submit(env, new ScoringOptions(connections)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(
                        "no topic " + connections.topics().images(),
                        "./inkstream topics create --model " + connections.model() + " --bootstrap-servers "
                                + sandbox.kafka(),
                        "kafka-topics.sh --bootstrap-server " + sandbox.kafka() + " --create --topic");
        sandbox.createTopics(1, connections.topics().training());
        assertThatThrownBy(() -> TrainingJob.submit(env, new TrainingOptions(connections)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no topic " + connections.topics().rejected());
    }

    @Test
    void aTopicThatIsTooTight(Sandbox sandbox) throws Exception {
        String topic = topic(sandbox, Map.of("max.message.bytes", "20000"));

        assertThatThrownBy(() -> checks(sandbox).require(NONE, List.of(TopicNeeds.written(topic, 20_001))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("at most 20000 bytes", "--entity-name " + topic, "max.message.bytes=");
        checks(sandbox).require(NONE, List.of(TopicNeeds.written(topic, 20_000), TopicNeeds.read(topic)));
    }

    @Test
    void aTopicThatWantsMoreReplicasThanItHas(Sandbox sandbox) throws Exception {
        String topic = topic(sandbox, Map.of("min.insync.replicas", "2"));

        assertThatThrownBy(() -> checks(sandbox).require(NONE, List.of(TopicNeeds.written(topic, 1))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("in 2 replicas and has 1", "min.insync.replicas=1");
    }

    @Test
    void aCompactedTopicForRecordsWithoutKeys(Sandbox sandbox) throws Exception {
        String topic = topic(sandbox, Map.of("cleanup.policy", "compact,delete"));

        assertThatThrownBy(() -> checks(sandbox).require(NONE, List.of(TopicNeeds.writtenWithoutKeys(topic, 1))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("compacted", "cleanup.policy=delete");
        checks(sandbox).require(NONE, List.of(TopicNeeds.written(topic, 1)));
    }

    @Test
    void aTopicOfEvaluationsThatIsNotCompacted(Sandbox sandbox) throws Exception {
        String topic = topic(sandbox, Map.of());

        assertThatThrownBy(() -> checks(sandbox).require(NONE, List.of(TopicNeeds.latest(topic, 1))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("not compacted", "--entity-name " + topic, "cleanup.policy=compact");
        String compacted = topic(sandbox, Map.of("cleanup.policy", "compact"));
        checks(sandbox).require(NONE, List.of(TopicNeeds.latest(compacted, 1)));
    }

    @Test
    void transactionsThatLastLongerThanTheBrokerAllows(Sandbox sandbox) {
        assertThatThrownBy(() -> checks(sandbox).require(Duration.ofMillis(900_001), List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("after 900000 ms", "transaction.max.timeout.ms=900001", "--delivery");
        checks(sandbox).require(Duration.ofMinutes(15), List.of());
    }

    @Test
    void aKafkaThatIsNotThere() {
        assertThatThrownBy(() -> checks(Deployment.CLIENT, NOBODY).require(NONE, List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("cannot reach Kafka at " + NOBODY, "--bootstrap-servers");
        assertThatThrownBy(() ->
                        checks(Deployment.CLIENT, "no-such-host.invalid:9092").require(NONE, List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("cannot reach Kafka at no-such-host.invalid:9092");
    }

    /** There main runs again when another JobManager takes over, maybe while Kafka is away. */
    @Test
    void inApplicationModeTheJobWaitsForKafka() {
        assertThatCode(() -> checks(Deployment.APPLICATION, NOBODY).require(NONE, List.of()))
                .doesNotThrowAnyException();
    }

    private static BrokerChecks checks(Sandbox sandbox) {
        return new BrokerChecks(Deployment.CLIENT, "digits", KafkaAccess.open(sandbox.kafka()), Duration.ofSeconds(15));
    }

    private static BrokerChecks checks(Deployment deployment, String brokers) {
        return new BrokerChecks(deployment, "digits", KafkaAccess.open(brokers), Duration.ofSeconds(1));
    }

    private static String topic(Sandbox sandbox, Map<String, String> settings) throws Exception {
        String name = sandbox.uniqueName("checked");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.kafka()))) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
        sandbox.createTopic(name, 1);
        return name;
    }
}
