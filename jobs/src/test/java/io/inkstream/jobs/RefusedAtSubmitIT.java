package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code flink run} says of a job that cannot work: one message, and nothing is submitted. */
@ExtendWith(SandboxExtension.class)
class RefusedAtSubmitIT {

    private static final String MODEL = "refused-at-submit";

    @BeforeAll
    static void everythingIsThere(Sandbox sandbox) {
        Topics topics = Topics.of(MODEL);
        sandbox.createTopics(
                1, topics.training(), topics.images(), topics.predictions(), topics.labels(), topics.rejected());
        sandbox.createCompactedTopics(topics.evaluations());
    }

    @ParameterizedTest
    @CsvSource({
        "TrainingJob, execution.checkpointing.unaligned.enabled=true",
        "ScoringJob, execution.checkpointing.unaligned.enabled=true",
        "TrainingJob, execution.checkpointing.interval=0",
        "ScoringJob, execution.runtime-mode=BATCH",
        "FeedbackJob, state.backend.type=hashmap",
    })
    void aSettingThatItCannotWorkWith(String job, String setting, Sandbox sandbox) throws Exception {
        FlinkCli.Run run = FlinkCli.run(sandbox, List.of("-D" + setting), job, FlinkCli.options(connections(sandbox)));

        assertRefused(sandbox, run, setting.substring(0, setting.indexOf('=')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TrainingJob", "ScoringJob", "FeedbackJob"})
    void aModelWithoutTopics(String job, Sandbox sandbox) throws Exception {
        Connections other = new Connections(
                MODEL + "-without-topics", sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");

        FlinkCli.Run run = FlinkCli.run(sandbox, List.of(), job, FlinkCli.options(other));

        assertRefused(sandbox, run, "./inkstream topics create --model " + other.model());
    }

    @ParameterizedTest
    @CsvSource({
        "TrainingJob, --bootstrap-servers, no-such-host.invalid:9092, cannot reach Kafka",
        "TrainingJob, --zookeeper, localhost:1, cannot reach ZooKeeper",
        "ScoringJob, --zookeeper, localhost:1, cannot reach ZooKeeper",
        "TrainingJob, --root, hdfs://localhost:1/inkstream, cannot reach HDFS",
        "ScoringJob, --root, hdfs://localhost:1/inkstream, cannot reach HDFS",
        "TrainingJob, --root, file:/tmp/inkstream, hdfs://namenode:8020/inkstream",
        "ScoringJob, --root, inkstream, hdfs://namenode:8020/inkstream",
        "FeedbackJob, --zookeeper, localhost:1, cannot reach ZooKeeper",
        "FeedbackJob, --root, hdfs://localhost:1/inkstream, cannot reach HDFS"
    })
    void anAddressThatDoesNotServe(String job, String option, String address, String reason, Sandbox sandbox)
            throws Exception {
        List<String> options = new ArrayList<>(FlinkCli.options(connections(sandbox)));
        options.set(options.indexOf(option) + 1, address);

        assertRefused(sandbox, FlinkCli.run(sandbox, List.of(), job, options), reason);
    }

    @Test
    void aChrootThatDoesNotExist(Sandbox sandbox) throws Exception {
        List<String> options = new ArrayList<>(FlinkCli.options(connections(sandbox)));
        options.set(options.indexOf("--zookeeper") + 1, sandbox.zookeeper() + "/nowhere");

        assertRefused(
                sandbox, FlinkCli.run(sandbox, List.of(), "TrainingJob", options), "create /nowhere (--zookeeper)");
    }

    @Test
    void aMistakeOnTheCommandLine(Sandbox sandbox) throws Exception {
        List<String> options = new ArrayList<>(FlinkCli.options(connections(sandbox)));
        options.addAll(List.of("--network", "resnet"));

        assertRefused(sandbox, FlinkCli.run(sandbox, List.of(), "TrainingJob", options), "resnet");
    }

    private static Connections connections(Sandbox sandbox) {
        return new Connections(MODEL, sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
    }

    private static void assertRefused(Sandbox sandbox, FlinkCli.Run run, String reason) throws Exception {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().strip()).hasLineCount(1).contains(reason);
        StandaloneClusterId cluster = StandaloneClusterId.getInstance();
        try (RestClusterClient<StandaloneClusterId> client = new RestClusterClient<>(sandbox.flinkClient(), cluster)) {
            assertThat(client.listJobs().get())
                    .noneMatch(job -> job.getJobName().startsWith(MODEL));
        }
    }
}
