package io.inkstream.cli;

import static io.inkstream.sandbox.processes.Role.JOB_MANAGER;
import static io.inkstream.sandbox.processes.Role.TASK_MANAGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.models.accuracy.Judged;
import io.inkstream.operators.feedback.BrakeSettings;
import io.inkstream.sandbox.processes.ProcessCluster;
import io.inkstream.schemas.v1.Label;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code up --cluster} runs, with processes that die as a user would have them die. */
class ClusterStackIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void sayWhereTheRepositoryIs() {
        System.setProperty("inkstream.home", "..");
    }

    @AfterEach
    void forget() {
        System.clearProperty("inkstream.home");
    }

    @Test
    void predictionsComeAlsoAfterATaskManagerAndTheJobManagerHaveDied() throws Exception {
        LocalOptions options = new LocalOptions();
        options.model = "digits";
        List<String> recipe = List.of("--network", "mlp", "--replay", "0");
        Dataset digits = Datasets.open("../samples/digits");
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        LocalJobs jobs = LocalJobs.withBrake(BrakeSettings.Mode.WARN);
        try (ClusterStack stack = ClusterStack.start(options, recipe, jobs, options.onFreePorts(), out)) {
            ProcessCluster cluster = stack.cluster();
            stack.describe();
            assertThat(printed.toString(StandardCharsets.UTF_8))
                    .contains("kill -9 " + cluster.pid(TASK_MANAGER, 0).getAsLong());
            Thread keeper = keepUp(stack);
            send(stack, digits.slice(0, 1_000), stack.connections().topics().training(), true);
            send(stack, digits.slice(0, 100), stack.connections().topics().images(), false);
            awaitPredictions(stack, 100);

            killAndAwaitAnother(cluster, 0);
            send(stack, digits.slice(100, 200), stack.connections().topics().images(), false);
            awaitPredictions(stack, 200);

            int leader = cluster.leader();
            cluster.kill(JOB_MANAGER, leader);
            send(stack, digits.slice(200, 300), stack.connections().topics().images(), false);
            awaitPredictions(stack, 300);
            label(stack, digits.slice(0, 300));
            awaitEvaluated(stack, 300);
            await().atMost(PATIENCE)
                    .until(() ->
                            printed.toString(StandardCharsets.UTF_8).contains("JobManager " + leader + " is process"));
            keeper.interrupt();
            keeper.join();
        }
    }

    private static Thread keepUp(ClusterStack stack) {
        Thread keeper = new Thread(
                () -> {
                    try {
                        stack.keepUp();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "keeper");
        keeper.setDaemon(true);
        keeper.start();
        return keeper;
    }

    private static void killAndAwaitAnother(ProcessCluster cluster, int number) {
        OptionalLong killed = cluster.pid(TASK_MANAGER, number);
        cluster.kill(TASK_MANAGER, number);
        await().atMost(PATIENCE)
                .until(() -> cluster.pid(TASK_MANAGER, number), pid -> pid.isPresent() && !pid.equals(killed));
    }

    private static void send(ClusterStack stack, Dataset digits, String topic, boolean labeled) throws Exception {
        try (ImageProducer producer = new ImageProducer(stack.connections().kafkaAccess(), Map.of())) {
            producer.send(digits, SendOptions.of(topic, labeled, "scanner"), acknowledged -> {});
        }
    }

    private static void label(ClusterStack stack, Dataset digits) throws Exception {
        try (LabelProducer producer = new LabelProducer(stack.connections().kafkaAccess());
                Stream<Label> labels = new LabelSource.OfDataset(digits).open()) {
            LabelSchedule atOnce = new LabelSchedule(labels.iterator(), OptionalDouble.empty(), Delay.NONE);
            producer.send(atOnce, stack.connections().topics().labels(), acknowledged -> {});
        }
    }

    /** By the labels that have found their predictions. */
    private static void awaitEvaluated(ClusterStack stack, long count) {
        String topic = stack.connections().topics().evaluations();
        await().atMost(PATIENCE)
                .until(
                        () -> Evaluations.read(stack.connections().kafkaAccess(), topic).values().stream()
                                .mapToLong(evaluation ->
                                        Judged.of(evaluation.getTotal()).labels())
                                .sum(),
                        labels -> labels == count);
    }

    private static void awaitPredictions(ClusterStack stack, long count) {
        String topic = stack.connections().topics().predictions();
        await().atMost(PATIENCE)
                .until(() -> CommittedRecords.count(stack.connections().kafkaAccess(), topic), found -> found >= count);
        assertThat(CommittedRecords.count(stack.connections().kafkaAccess(), topic))
                .isEqualTo(count);
    }
}
