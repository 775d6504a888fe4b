package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.Rollout;
import io.inkstream.models.registry.ScorerPresence;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Comparison;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionDraft;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.time.Duration;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
@SuppressWarnings("try") // ZooKeeper's close() may throw InterruptedException
class GateIT {
    private Publishing publishing;

    @BeforeEach
    void open(Sandbox sandbox) throws IOException {
        publishing = new Publishing(sandbox);
    }

    @AfterEach
    void close() throws IOException {
        publishing.close();
    }

    @Test
    void usageExample() throws Exception {
        VersionSink sink = publishing.sink().withGate(new Gate(Gate.Policy.GATE, 0.005));
        publishing.commit(sink, publishing.stage(1));
        publishing.commit(sink, compared(2, 10, 400));
        publishing.commit(sink, compared(3, 40, 10));

        assertState(1, VersionState.RETIRED);
        assertState(2, VersionState.REJECTED);
        assertThat(publishing.registry.version(2).orElseThrow().getReason()).startsWith("worse than live version 1 by");
        assertState(3, VersionState.LIVE);
        assertThat(publishing.registry.live().orElseThrow().getVersion()).isEqualTo(3);
    }

    @Test
    void aCommitThatIsRepeatedDoesNotJudgeAgain() throws Exception {
        VersionSink sink = publishing.sink().withGate(new Gate(Gate.Policy.GATE, 0.005));
        publishing.commit(sink, publishing.stage(1));
        StagedVersion second = compared(2, 40, 10);
        publishing.commit(sink, second);
        new Rollout(publishing.registry).propose(1, "a person", "a test", true);
        new Rollout(publishing.registry).advance();

        publishing.commit(sink, second);

        assertThat(publishing.registry.live().orElseThrow().getVersion()).isEqualTo(1);
        assertState(2, VersionState.RETIRED);
    }

    @Test
    void byHandNothingGoesLiveByItself() throws Exception {
        VersionSink sink = publishing.sink().withGate(new Gate(Gate.Policy.MANUAL, 0));
        publishing.commit(sink, publishing.stage(1));

        assertThat(publishing.registry.live()).isEmpty();
        assertState(1, VersionState.PUBLISHED);
    }

    @Test
    void whereTheScorersHaveEndedWhatWaitedGoesLiveWithTheNextVersion() throws Exception {
        VersionSink sink = publishing.sink().withGate(new Gate(Gate.Policy.ALWAYS, 0));
        String job = "0a".repeat(16);
        try (ScorerPresence scorer =
                ScorerPresence.announce(ZooKeeperAccess.open(publishing.zookeeper), publishing.model, job, 0, 1)) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !publishing.registry.scorers().isEmpty());
            publishing.commit(sink, publishing.stage(1));
            publishing.commit(sink, publishing.stage(2));
            assertState(1, VersionState.CANDIDATE);
            assertThat(publishing.registry.live()).isEmpty();
            scorer.update(ScorerStatus.getDefaultInstance());
        }
        removeFolderOf(job);
        publishing.commit(sink, publishing.stage(3));

        assertState(1, VersionState.RETIRED);
        assertState(2, VersionState.PUBLISHED);
        assertState(3, VersionState.LIVE);
    }

    /** ZooKeeper does so by itself, after a minute. */
    private void removeFolderOf(String job) throws Exception {
        try (ZooKeeper client = new ZooKeeper(publishing.zookeeper, 30_000, event -> {})) {
            client.delete("/inkstream/%s/scorers/%s".formatted(publishing.model, job), -1);
        } catch (KeeperException.NoNodeException e) {
            assertThat(e.getPath()).as("what ZooKeeper was quicker to delete").endsWith(job);
        }
    }

    /** On 2,000 images, with version 1. */
    private StagedVersion compared(long number, long gained, long lost) throws Exception {
        VersionDraft draft = publishing.draft(number);
        Comparison comparison = Comparison.newBuilder()
                .setVersion(1)
                .setSamples(2_000)
                .setGained(gained)
                .setLost(lost)
                .build();
        ModelVersion.Builder version = draft.getVersion().toBuilder()
                .setHoldout(Evaluation.newBuilder().setLive(comparison));
        return publishing.stage(draft.toBuilder().setVersion(version).build());
    }

    private void assertState(long number, VersionState state) {
        assertThat(publishing.registry.version(number).orElseThrow().getState()).isEqualTo(state);
    }
}
