package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** topics create and list against a real Kafka. */
@ExtendWith(SandboxExtension.class)
class TopicsIT {

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        String model = sandbox.uniqueName("model");

        Run none = topics(sandbox, model, "list");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err())
                .hasLineCount(6)
                .contains(
                        "has no topic %s.training; create it: ".formatted(model),
                        "./inkstream topics create --model %s --bootstrap-servers %s"
                                .formatted(model, sandbox.kafka()));

        Run created = topics(sandbox, model, "create");
        assertThat(created.exitCode()).isZero();
        assertThat(rows(created))
                .containsExactlyInAnyOrder(
                        model + ".training 1 1",
                        model + ".images 4 1",
                        model + ".predictions 4 1",
                        model + ".labels 4 1",
                        model + ".evaluations 1 1",
                        model + ".rejected 1 1");
        assertThat(topics(sandbox, model, "list")).isEqualTo(created);
        assertThat(topics(sandbox, model, "create")).isEqualTo(created);
        Config rejected = settings(sandbox, model + ".rejected");
        assertThat(rejected.get("retention.bytes").value()).isEqualTo("1073741824");
        assertThat(rejected.get("cleanup.policy").value()).isEqualTo("delete");
        Config evaluations = settings(sandbox, model + ".evaluations");
        assertThat(evaluations.get("cleanup.policy").value()).isEqualTo("compact");
    }

    @Test
    void aTopicWithOtherPartitionsIsLeftAloneAndNoOtherIsCreated(Sandbox sandbox) throws Exception {
        String model = sandbox.uniqueName("model");
        sandbox.createTopic(model + ".images", 2);

        Run four = topics(sandbox, model, "create");
        assertThat(four.exitCode()).isEqualTo(1);
        assertThat(four.err())
                .hasLineCount(1)
                .contains(model + ".images is there with 2 partitions, not with 4", "--partitions");
        assertThat(rows(topics(sandbox, model, "list"))).contains(model + ".training - -", model + ".images 2 1");

        Run two = topics(sandbox, model, "create", "--partitions", "2", "--training-partitions", "3");
        assertThat(two.exitCode()).isZero();
        assertThat(rows(two)).contains(model + ".training 3 1", model + ".images 2 1", model + ".predictions 2 1");
    }

    @Test
    void aTopicThatTheJobsCannotUseIsToldWithTheRemedy(Sandbox sandbox) throws Exception {
        String model = sandbox.uniqueName("model");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.kafka()))) {
            admin.createTopics(List.of(new NewTopic(model + ".rejected", 1, (short) 1)
                            .configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
        sandbox.createTopic(model + ".rejected", 1);

        Run run = topics(sandbox, model, "create");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("is compacted", "--add-config cleanup.policy=delete");
        assertThat(rows(run)).contains(model + ".predictions 4 1");
    }

    @Test
    void whatKafkaRefusesIsSaidInOneLine(Sandbox sandbox) {
        Run run = topics(sandbox, sandbox.uniqueName("model"), "create", "--replication-factor", "2");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .hasLineCount(1)
                .contains("Kafka at " + sandbox.kafka() + " refuses", "replication factor");
    }

    private static Run topics(Sandbox sandbox, String model, String command, String... options) {
        Stream<String> all = Stream.of("topics", command, "--model", model, "--bootstrap-servers", sandbox.kafka());
        return Run.of(Stream.concat(all, Stream.of(options)).toArray(String[]::new));
    }

    /** Topic, partitions and replicas, without the columns' names and widths. */
    private static List<String> rows(Run run) {
        return run.out()
                .lines()
                .skip(1)
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    private static Config settings(Sandbox sandbox, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.kafka()))) {
            return admin.describeConfigs(List.of(resource)).all().get().get(resource);
        }
    }
}
