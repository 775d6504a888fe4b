package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.JoinHarness.image;
import static io.inkstream.operators.feedback.JoinHarness.label;
import static io.inkstream.operators.feedback.JoinHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JoinMetricsTest {
    private final Map<String, Counter> counters = new HashMap<>();
    private JoinHarness join;

    @BeforeEach
    void start() throws Exception {
        join = new JoinHarness(new MockEnvironmentBuilder()
                .setMetricGroup(task())
                .setManagedMemorySize(64 << 20)
                .build());
        join.open();
    }

    @AfterEach
    void stop() throws Exception {
        join.close();
    }

    @Test
    void whatBecomesOfLabelsIsCounted() throws Exception {
        join.send(image("a", 100));
        join.send(served("a", 100, 7, 4));
        join.send(label("a", 100, 4));
        assertCounts(1, 0, 0, 0, 0);

        join.send(label("a", 200, 4));
        join.send(label("a", 150, 5));
        assertCounts(1, 0, 2, 0, 0);

        join.send(label("a", 300, 5));
        assertCounts(1, 1, 2, 0, 0);

        join.send(label("b", 100, 4));
        join.send(label("b", 101, 5));
        join.send(label("c", 100, 4));
        assertCounts(1, 2, 2, 0, 0);
        join.send(image("b", 100));
        assertCounts(2, 2, 2, 0, 0);

        join.processWatermark(Long.MAX_VALUE);
        assertCounts(2, 2, 2, 1, 2);
    }

    private void assertCounts(long matched, long corrected, long repeated, long withoutImage, long withoutPrediction) {
        assertThat(count("labelsMatched")).as("matched").isEqualTo(matched);
        assertThat(count("labelsCorrected")).as("corrected").isEqualTo(corrected);
        assertThat(count("labelsRepeated")).as("repeated").isEqualTo(repeated);
        assertThat(count("labelsWithoutImage")).as("without image").isEqualTo(withoutImage);
        assertThat(count("labelsWithoutPrediction")).as("without prediction").isEqualTo(withoutPrediction);
    }

    private long count(String name) {
        return counters.get(name).getCount();
    }

    private TaskMetricGroup task() {
        MetricRegistry registry = TestingMetricRegistry.builder()
                .setRegisterConsumer((metric, name, group) -> remember(metric, name))
                .build();
        return TaskManagerMetricGroup.createTaskManagerMetricGroup(registry, "localhost", ResourceID.generate())
                .addJob(new JobID(), "a job")
                .addTask(ExecutionAttemptID.randomId(), "a task");
    }

    private void remember(Object metric, String name) {
        if (metric instanceof Counter counter && name.startsWith("labels")) {
            counters.put(name, counter);
        }
    }
}
