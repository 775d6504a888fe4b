package io.inkstream.operators.scoring;

import static io.inkstream.operators.scoring.Scored.assertMadeBy;
import static io.inkstream.operators.scoring.Scored.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.TestModels;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.RolloutView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A scorer that has served version 1, and then finds HDFS, ZooKeeper or both gone, or the live version damaged. */
@ExtendWith(SandboxExtension.class)
@Timeout(180)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class WithoutServersIT {
    @TempDir
    Path cache;

    private ModelSite site;
    /** The same model, where nobody answers for its registry or its files. */
    private ModelSite alone;

    private OperatorSubtaskState checkpoint;

    @BeforeEach
    void serveVersionOne(Sandbox sandbox) throws Exception {
        site = new ModelSite(
                sandbox.hdfs() + "/" + sandbox.uniqueName("alone"),
                sandbox.zookeeper(),
                sandbox.uniqueName("digits"),
                cache.toString());
        alone = new ModelSite(site.root(), "localhost:1", site.model(), site.cache());
        TestModels.writeFiles(site.root(), site.model(), 1);
        try (ScorerHarness scorer = new ScorerHarness(site)) {
            scorer.open();
            scorer.broadcast(TestModels.live(site.model(), 1, 1));
            scorer.awaitLoaded();
            assertMadeBy(1, scorer.score(image("a", 0)));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> site.files().lastLive().isPresent());
            checkpoint = scorer.snapshot(1, 0);
        }
    }

    @Test
    void aRestartServesFromTheCache(Sandbox sandbox) throws Exception {
        sandbox.stopHdfs();
        try (ScorerHarness scorer = new ScorerHarness(alone)) {
            scorer.initializeState(checkpoint);
            scorer.open();
            assertMadeBy(1, scorer.score(image("a", 1)));
        } finally {
            sandbox.startHdfs();
        }
    }

    @Test
    void aStartWithoutACheckpointServesWhatTheSourceFindsInTheCache(Sandbox sandbox) throws Exception {
        sandbox.stopHdfs();
        try (ScorerHarness scorer = new ScorerHarness(alone)) {
            scorer.open();
            scorer.broadcast(RolloutView.newBuilder()
                    .setLive(TestModels.live(site.model(), 1, 1))
                    .setFromCache(true)
                    .build());
            assertMadeBy(1, scorer.score(image("a", 1)));
        } finally {
            sandbox.startHdfs();
        }
    }

    @Test
    void aStartWithoutACheckpointServesFromTheCacheWhereTheRegistryWasLost() throws Exception {
        try (ScorerHarness scorer = new ScorerHarness(site)) {
            scorer.open();
            assertMadeBy(1, scorer.score(image("a", 1)));
        }
    }

    @Test
    void noSourceWaitsForAMoveThatARegistryCountedWhichIsLost() throws Exception {
        TestModels.writeFiles(site.root(), site.model(), 2);
        try (ScorerHarness scorer = new ScorerHarness(site)) {
            scorer.open();
            scorer.broadcast(TestModels.live(site.model(), 1, 9));
            assertMadeBy(1, scorer.score(image("a", 1)));
            // The one that took its place counts from 1. Version 3 has no file.
            scorer.broadcast(later(TestModels.live(site.model(), 2, 1), 1));
            scorer.awaitLoaded();
            assertMadeBy(2, scorer.score(image("b", 2)));
            scorer.broadcast(later(TestModels.live(site.model(), 3, 2), 2));

            assertMadeBy(2, scorer.score(image("a", 3)));
        }
    }

    /** What is live now would come over the broadcast, which a task does not read while it waits for a model. */
    @Test
    void aRestartServesWhatIsLiveWhereTheVersionOfItsCheckpointIsDeleted(Sandbox sandbox, @TempDir Path emptyCache)
            throws Exception {
        ModelSite elsewhere = new ModelSite(
                site.root() + "-elsewhere", site.zookeeper(), sandbox.uniqueName("digits"), emptyCache.toString());
        TestModels.writeFiles(elsewhere.root(), elsewhere.model(), 3);
        TestModels.makeLive(sandbox.zookeeper(), elsewhere.model(), 2);
        TestModels.makeLive(sandbox.zookeeper(), elsewhere.model(), 3);
        try (ScorerHarness restored = new ScorerHarness(elsewhere)) {
            restored.initializeState(checkpoint);
            restored.open();

            assertMadeBy(3, restored.score(image("a", 1)));
        }
    }

    private static LiveVersion later(LiveVersion live, long seconds) {
        LiveVersion.Builder later = live.toBuilder();
        later.getPointerBuilder().setSince(Timestamps.fromSeconds(seconds));
        return later.build();
    }

    @Test
    void aLiveVersionDamagedInHdfsLeavesTheOldOneInUseAlsoThroughARestart() throws Exception {
        damage(2);
        OperatorSubtaskState second;
        try (ScorerHarness scorer = new ScorerHarness(site)) {
            scorer.initializeState(checkpoint);
            scorer.open();
            assertMadeBy(1, scorer.score(image("a", 1)));
            scorer.broadcast(TestModels.live(site.model(), 2, 2));
            assertMadeBy(1, scorer.score(image("a", 2)));
            second = scorer.snapshot(2, 0);
        }
        try (ScorerHarness restored = new ScorerHarness(site)) {
            // The checkpoint says that version 2 is live.
            restored.initializeState(second);
            restored.open();
            assertMadeBy(1, restored.score(image("a", 3)));
            mend(2);
            restored.awaitLoaded();
            assertMadeBy(2, restored.score(image("a", 4)));
        }
    }

    @Test
    void aSourceThatHadANewerVersionWaitsForIt() throws Exception {
        TestModels.writeFiles(site.root(), site.model(), 2);
        OperatorSubtaskState second;
        try (ScorerHarness scorer = new ScorerHarness(site)) {
            scorer.open();
            scorer.broadcast(TestModels.live(site.model(), 2, 2));
            assertMadeBy(2, scorer.score(image("a", 1)));
            second = scorer.snapshot(2, 0);
        }
        // On another host, which knows version 1 only, while version 2 is damaged.
        ModelSite other = new ModelSite(
                site.root(),
                site.zookeeper(),
                site.model(),
                cache.resolve("other").toString());
        other.files().rememberLive(TestModels.live(site.model(), 1, 1));
        ModelStore.open(site.root(), site.model()).delete(2);
        damage(2);
        try (ScorerHarness restored = new ScorerHarness(other)) {
            restored.initializeState(second);
            restored.open();
            assertMadeBy(1, restored.score(image("b", 2)));
            mend(2);
            assertMadeBy(2, restored.score(image("a", 3)));
        }
    }

    @Test
    void aFolderThatCannotBeUsedAsACacheStopsNothing() throws Exception {
        Path file = Files.writeString(cache.resolve("file"), "no folder");
        try (ScorerHarness scorer =
                new ScorerHarness(new ModelSite(site.root(), site.zookeeper(), site.model(), file.toString()))) {
            scorer.open();
            scorer.broadcast(TestModels.live(site.model(), 1, 1));

            assertMadeBy(1, scorer.score(image("a", 0)));
            assertThat(file).isRegularFile();
        }
    }

    private void damage(long version) throws Exception {
        byte[] damaged = Arrays.copyOf(TestModels.onnx(version), 1_000);
        ModelStore store = ModelStore.open(site.root(), site.model());
        store.publish(store.stage(version, Map.of(ModelStore.ONNX, damaged)), version, List.of());
    }

    private void mend(long version) throws Exception {
        ModelStore.open(site.root(), site.model()).delete(version);
        TestModels.writeFiles(site.root(), site.model(), version);
    }
}
