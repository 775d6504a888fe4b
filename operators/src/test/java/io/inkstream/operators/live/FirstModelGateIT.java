package io.inkstream.operators.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.TestModels;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.api.io.TempDir;

/** The gate before Flink's own test source, whose reader tells what was called. */
@ExtendWith(SandboxExtension.class)
@Timeout(120)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class FirstModelGateIT {
    private final MockSource source = new MockSource(org.apache.flink.api.connector.source.Boundedness.BOUNDED, 1);
    private final Emitted<Integer> emitted = new Emitted<>();

    @TempDir
    Path cache;

    private String zookeeper;
    private String model;
    private ModelSite site;

    @BeforeEach
    void nameAModel(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
        String root = sandbox.hdfs() + "/" + sandbox.uniqueName("live");
        site = new ModelSite(root, zookeeper, model, cache.toString());
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

            makeLive(1);
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
        makeLive(1);
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            gate.start();
            gate.addSplits(List.of(split(7)));
            gate.isAvailable().get();
            drain(gate);

            assertThat(emitted.records()).containsExactly(7);
        }
    }

    @Test
    void staysClosedWhileHdfsDoesNotAnswerAndNothingIsCached(Sandbox sandbox) throws Exception {
        makeLive(1);
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            sandbox.stopHdfs();
            try {
                gate.start();
                gate.addSplits(List.of(split(1)));
                assertThat(gate.isAvailable()).isNotDone();
                assertThat(gate.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
                gate.notifyCheckpointComplete(1);
            } finally {
                sandbox.startHdfs();
            }
            gate.isAvailable().get();
            drain(gate);

            assertThat(emitted.records()).containsExactly(1);
        }
    }

    @Test
    void opensByTheCacheWhereNobodyAnswers() throws Exception {
        rememberVersionOne();
        ModelSite alone = new ModelSite(site.root(), "localhost:1", model, site.cache());
        try (SourceReader<Integer, MockSourceSplit> gate =
                new FirstModelGate<>(source, Types.INT, alone).createReader(null)) {
            gate.start();
            gate.addSplits(List.of(split(1)));
            assertThat(gate.isAvailable()).isNotDone();
            gate.isAvailable().get();
            drain(gate);

            assertThat(emitted.records()).containsExactly(1);
        }
    }

    /** Sources that have seen version 2 would wait for it in the scorer, where nothing else gets through any more. */
    @Test
    void staysClosedWhileWhatIsLiveIsDamagedThoughAnOlderVersionIsAtHand() throws Exception {
        makeLive(1);
        site.files().read(1, TestModels.version(model, 1).getOnnx(), 1 << 20);
        site.files().rememberLive(TestModels.live(model, 1, 1));
        TestModels.makeLive(zookeeper, model, 2);
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            gate.start();
            gate.addSplits(List.of(split(1)));
            await().during(Duration.ofSeconds(2))
                    .until(() -> !gate.isAvailable().isDone());
            makeLive(3);
            gate.isAvailable().get();
            drain(gate);

            assertThat(emitted.records()).containsExactly(1);
        }
    }

    @Test
    void opensByTheCacheWhereTheRegistryWasLost() throws Exception {
        rememberVersionOne();
        try (SourceReader<Integer, MockSourceSplit> gate = gate()) {
            gate.start();
            gate.addSplits(List.of(split(1)));
            gate.isAvailable().get();
            drain(gate);

            assertThat(emitted.records()).containsExactly(1);
        }
    }

    /** In this host's cache only. */
    private void rememberVersionOne() throws Exception {
        TestModels.writeFiles(site.root(), model, 1);
        site.files().read(1, TestModels.version(model, 1).getOnnx(), 1 << 20);
        site.files().rememberLive(TestModels.live(model, 1, 1));
        ModelStore.open(site.root(), model).delete(1);
    }

    @Test
    void staysOpenWhenZooKeeperGoesAway(Sandbox sandbox) throws Exception {
        makeLive(1);
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
            makeLive(1);
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
        var gate = new FirstModelGate<>(source, Types.INT, site);

        assertThat(gate.getBoundedness()).isEqualTo(source.getBoundedness());
        assertThat(gate.getProducedType()).isEqualTo(Types.INT);
        assertThat(gate.getSplitSerializer()).hasSameClassAs(source.getSplitSerializer());
        assertThat(gate.getEnumeratorCheckpointSerializer()).hasSameClassAs(source.getEnumeratorCheckpointSerializer());
    }

    private SourceReader<Integer, MockSourceSplit> gate() throws Exception {
        return new FirstModelGate<>(source, Types.INT, site).createReader(null);
    }

    private void makeLive(long version) throws Exception {
        TestModels.writeFiles(site.root(), model, version);
        TestModels.makeLive(zookeeper, model, version);
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
