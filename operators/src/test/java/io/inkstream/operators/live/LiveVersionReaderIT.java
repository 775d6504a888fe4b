package io.inkstream.operators.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.operators.TestModels;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LiveVersion;
import java.util.List;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
@Timeout(120)
class LiveVersionReaderIT {
    private final Emitted<LiveVersion> emitted = new Emitted<>();
    private String zookeeper;
    private String model;

    @BeforeEach
    void nameAModel(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
    }

    @Test
    void usageExample() throws Exception {
        TestModels.makeLive(zookeeper, model, 1);
        try (LiveVersionReader reader = new LiveVersionReader(zookeeper, model)) {
            reader.start();
            awaitAndPoll(reader);
            TestModels.makeLive(zookeeper, model, 2);
            awaitAndPoll(reader);

            assertThat(numbers()).containsExactly(1L, 2L);
            assertThat(emitted.records().get(1).getVersion()).isEqualTo(TestModels.version(model, 2));
            assertThat(emitted.idle()).isTrue();
        }
    }

    @Test
    void whileNothingIsLivePollingEmitsNothingAndReturns() throws Exception {
        try (LiveVersionReader reader = new LiveVersionReader(zookeeper, model)) {
            reader.start();
            assertThat(reader.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            assertThat(reader.isAvailable()).isNotDone();
            assertThat(emitted.records()).isEmpty();
            assertThat(emitted.idle()).isTrue();
            assertThat(reader.snapshotState(1)).isEmpty();

            TestModels.makeLive(zookeeper, model, 1);
            awaitAndPoll(reader);
            assertThat(numbers()).containsExactly(1L);
        }
    }

    @Test
    void noNewsAreEmittedTwice() throws Exception {
        TestModels.makeLive(zookeeper, model, 1);
        try (LiveVersionReader reader = new LiveVersionReader(zookeeper, model)) {
            reader.start();
            awaitAndPoll(reader);
            reader.pollNext(emitted);
            TestModels.makeLive(zookeeper, model, 2);
            awaitAndPoll(reader);
            reader.pollNext(emitted);

            assertThat(numbers()).containsExactly(1L, 2L);
        }
    }

    @Test
    void withoutZooKeeperPollingReturnsAndWaits() throws Exception {
        try (LiveVersionReader reader = new LiveVersionReader("localhost:1", model)) {
            reader.start();

            assertThat(reader.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            assertThat(reader.isAvailable()).isNotDone();
        }
    }

    @Test
    void goesOnAfterZooKeeperWasAway(Sandbox sandbox) throws Exception {
        TestModels.makeLive(zookeeper, model, 1);
        try (LiveVersionReader reader = new LiveVersionReader(zookeeper, model)) {
            reader.start();
            awaitAndPoll(reader);
            sandbox.stopZooKeeper();
            try {
                assertThat(reader.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            } finally {
                sandbox.startZooKeeper();
            }
            TestModels.makeLive(zookeeper, model, 2);
            awaitAndPoll(reader);

            assertThat(numbers()).containsExactly(1L, 2L);
        }
    }

    /** As the task does it: polls again and again, waiting in between, until something came. */
    private void awaitAndPoll(LiveVersionReader reader) throws Exception {
        int before = emitted.records().size();
        while (emitted.records().size() == before) {
            reader.isAvailable().get();
            reader.pollNext(emitted);
        }
    }

    private List<Long> numbers() {
        return emitted.records().stream()
                .map(live -> live.getPointer().getVersion())
                .toList();
    }
}
