package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.Evaluations.audited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.operators.TestModels;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.time.Duration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
@Timeout(120)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class AccuracySinkIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NOBODY = "localhost:1";

    private String zookeeper;
    private String model;
    private ModelRegistry registry;

    @BeforeEach
    void openARegistryOfTwoVersions(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
        registry = ModelRegistry.open(zookeeper, model);
        registry.register(TestModels.version(model, 1));
        registry.register(TestModels.version(model, 2));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private OneInputStreamOperatorTestHarness<LiveEvaluation, CommittableMessage<Void>> sink(
            String registryAt, int parallelism) throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new SinkWriterOperatorFactory<LiveEvaluation, Void>(
                        LiveAccuracies.registrySink(ZooKeeperAccess.open(registryAt), model)),
                8,
                parallelism,
                0);
    }

    private void awaitAccuracy(LiveEvaluation expected) {
        await().atMost(LIMIT)
                .until(() -> registry.accuracy(expected.getVersion())
                        .filter(expected::equals)
                        .isPresent());
    }

    @Test
    void usageExample() throws Exception {
        try (var sink = sink(zookeeper, 1)) {
            sink.open();
            sink.processElement(audited(1, 10, 9), 1);
            sink.processElement(audited(2, 10, 8), 2);
            sink.processElement(audited(1, 20, 18), 3);

            awaitAccuracy(audited(1, 20, 18));
            awaitAccuracy(audited(2, 10, 8));
        }
    }

    @Test
    void whatTheRegistryHasNotGotIsInTheCheckpoint() throws Exception {
        OperatorSubtaskState state;
        try (var sink = sink(NOBODY, 1)) {
            sink.open();
            sink.processElement(audited(1, 10, 9), 1);
            sink.processElement(audited(1, 20, 18), 2);
            state = sink.snapshot(1, 0);
        }
        try (var sink = sink(zookeeper, 1)) {
            sink.initializeState(state);
            sink.open();

            awaitAccuracy(audited(1, 20, 18));
        }
    }

    @Test
    void whileZooKeeperIsAwayTheNewestWait(Sandbox sandbox) throws Exception {
        try (var sink = sink(zookeeper, 1)) {
            sink.open();
            sink.processElement(audited(1, 10, 9), 1);
            awaitAccuracy(audited(1, 10, 9));
            sandbox.stopZooKeeper();
            try {
                sink.processElement(audited(1, 20, 18), 2);
                sink.processElement(audited(1, 30, 27), 3);
            } finally {
                sandbox.startZooKeeper();
            }
            awaitAccuracy(audited(1, 30, 27));
        }
    }

    @Test
    void aVersionThatIsDeletedHoldsNothingUp() throws Exception {
        try (var sink = sink(zookeeper, 1)) {
            sink.open();
            sink.processElement(audited(77, 10, 9), 1);
            sink.processElement(audited(2, 10, 9), 2);
            awaitAccuracy(audited(2, 10, 9));

            assertThat(registry.accuracies()).containsOnlyKeys(2L);
        }
    }

    @Test
    void ofMoreVersionsThanThereIsRoomForTheNewestWait() {
        try (AccuracyBoard board =
                AccuracyBoard.open(ZooKeeperAccess.open(NOBODY), model, new UnregisteredMetricsGroup())) {
            for (int version = 1; version <= AccuracyBoard.LIMIT + 5; version++) {
                board.put(audited(version, 10, 9));
            }

            assertThat(board.waiting()).hasSize(AccuracyBoard.LIMIT);
            assertThat(board.waiting().get(0).getVersion()).isEqualTo(6);
        }
    }

    @Test
    void twoOfThemAreRefused() throws Exception {
        try (var sink = sink(zookeeper, 2)) {
            assertThatThrownBy(sink::open)
                    .hasRootCauseMessage(
                            "the registry's sink of accuracies has parallelism 2: set it to 1, or an older one may come last");
        }
    }
}
