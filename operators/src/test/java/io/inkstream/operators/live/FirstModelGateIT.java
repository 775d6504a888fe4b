package io.inkstream.operators.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.operators.TestModels;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.mocks.MockSource;
import org.apache.flink.api.connector.source.mocks.MockSourceReader;
import org.apache.flink.api.connector.source.mocks.MockSourceSplit;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The gate before Flink's own test source, whose reader tells what was called. */
@ExtendWith(SandboxExtension.class)
@Timeout(120)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class FirstModelGateIT {
    private final MockSource source = new MockSource(org.apache.flink.api.connector.source.Boundedness.BOUNDED, 1);
    private final Emitted<Integer> emitted = new Emitted<>();
    private String zookeeper;
    private String model;

    @BeforeEach
    void nameAModel(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
    }

    @Test
    void holdsRecordsBackUntilAVersionIsLive() throws Exception {
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            gate.start();
            gate.addSplits(List.of(split(1, 2, 3)));
            assertThat(behind().isStarted()).isTrue();
            for (int i = 0; i < 3; i++) {
                assertThat(gate.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
                assertThat(gate.isAvailable()).isNotDone();
            }
            assertThat(emitted.records()).isEmpty();

            TestModels.makeLive(zookeeper, model, 1);
            gate.isAvailable().get();
            drain(gate);

            assertThat(emitted.records()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void checkpointsGoOnWhileItIsClosed() throws Exception {
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            gate.start();
            MockSourceSplit split = split(1, 2);
            gate.addSplits(List.of(split));

            assertThat(gate.snapshotState(1)).containsExactly(split);
            gate.notifyCheckpointComplete(1);
            gate.notifyCheckpointAborted(2);

            assertThat(behind().getCompletedCheckpoints()).containsExactly(1L);
            assertThat(behind().getAbortedCheckpoints()).containsExactly(2L);
        }
    }

    @Test
    void isOpenAtOnceWhereAVersionIsLiveAlready() throws Exception {
        TestModels.makeLive(zookeeper, model, 1);
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            gate.start();
            gate.addSplits(List.of(split(7)));
            gate.isAvailable().get();
            drain(gate);

            assertThat(emitted.records()).containsExactly(7);
        }
    }

    @Test
    void staysOpenWhenZooKeeperGoesAway(Sandbox sandbox) throws Exception {
        TestModels.makeLive(zookeeper, model, 1);
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            gate.start();
            MockSourceSplit split = split(1);
            gate.addSplits(List.of(split));
            gate.isAvailable().get();
            drain(gate);
            sandbox.stopZooKeeper();
            try {
                split.addRecord(2);
                drain(gate);
                assertThat(emitted.records()).containsExactly(1, 2);
            } finally {
                sandbox.startZooKeeper();
            }
        }
    }

    @Test
    void waitsThroughAnAbsenceOfZooKeeper(Sandbox sandbox) throws Exception {
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            sandbox.stopZooKeeper();
            try {
                gate.start();
                gate.addSplits(List.of(split(1)));
                assertThat(gate.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            } finally {
                sandbox.startZooKeeper();
            }
            TestModels.makeLive(zookeeper, model, 1);
            gate.isAvailable().get();
            drain(gate);

            assertThat(emitted.records()).containsExactly(1);
        }
    }

    @Test
    void forwardsWhatElseTheReaderIsTold() throws Exception {
        SourceReader<Integer, MockSourceSplit> gate = gate();
        gate.start();
        gate.addSplits(List.of(split(1)));
        SourceEvent event = new SourceEvent() {};
        gate.handleSourceEvents(event);
        gate.pauseOrResumeSplits(List.of("0"), List.of());
        assertThat(behind().getReceivedSourceEvents()).containsExactly(event);
        assertThat(behind().getPausedSplits()).containsExactly("0");

        gate.close();
        assertThat(behind().getTimesClosed()).isEqualTo(1);
    }

    @Test
    void isTheSourceBehindItInEveryOtherRespect() {
        var gate = new FirstModelGate<>(source, Types.INT, zookeeper, model);

        assertThat(gate.getBoundedness()).isEqualTo(source.getBoundedness());
        assertThat(gate.getProducedType()).isEqualTo(Types.INT);
        assertThat(gate.getSplitSerializer()).hasSameClassAs(source.getSplitSerializer());
        assertThat(gate.getEnumeratorCheckpointSerializer()).hasSameClassAs(source.getEnumeratorCheckpointSerializer());
    }

    private SourceReader<Integer, MockSourceSplit> gate() throws Exception {
        return new FirstModelGate<>(source, Types.INT, zookeeper, model).createReader(null);
    }

    private MockSourceReader behind() {
        return source.getCreatedReaders().get(0);
    }

    private static MockSourceSplit split(int... records) {
        MockSourceSplit split = new MockSourceSplit(0, 0, 100);
        for (int record : records) {
            split.addRecord(record);
        }
        return split;
    }

    private void drain(SourceReader<Integer, MockSourceSplit> gate) throws Exception {
        while (gate.pollNext(emitted) == InputStatus.MORE_AVAILABLE) {
            // The records go to emitted.
        }
    }
}
