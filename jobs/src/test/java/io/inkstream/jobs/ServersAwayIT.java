package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScorerStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A scoring job under load that loses the servers it gets its versions from, one after the other. */
@ExtendWith(SandboxExtension.class)
@Timeout(600)
class ServersAwayIT {
    /** Numbers, and so models, of their own: what other tests have used may be in this host's cache. */
    private static final long IN_HDFS_ONLY = 1_007;

    private static final long LATER = 1_008;
    /** Of each source: some seconds of traffic. */
    private static final int LONG = 150;

    @Test
    void zooKeeperIsStoppedAndStartedAgain(Sandbox sandbox) throws Exception {
        try (ScoredTraffic scored = new ScoredTraffic(sandbox)) {
            sandbox.stopZooKeeper();
            try {
                assertThat(scored.traffic.awaitScored(LONG, Traffic.COMMITTED))
                        .extracting(Prediction::getModelVersion)
                        .containsOnly(1L);
            } finally {
                sandbox.startZooKeeper();
            }
            scored.goLive(2);
            scored.endAndCheck();
        }
    }

    @Test
    void theSessionExpires(Sandbox sandbox) throws Exception {
        try (ScoredTraffic scored = new ScoredTraffic(sandbox)) {
            List<String> runs = runs(scored.loop.registry());
            Sessions.expire(sandbox.zookeeper());
            scored.traffic.awaitScored(LONG, Traffic.COMMITTED);
            scored.awaitScorers();
            assertThat(runs(scored.loop.registry())).isEqualTo(runs);
            scored.goLive(2);
            scored.endAndCheck();
        }
    }

    private static List<String> runs(ModelRegistry registry) {
        return registry.scorers().stream().map(ScorerStatus::getRun).toList();
    }

    /** In a sandbox of its own: others' registries are lost as well. */
    @Test
    void zooKeeperLosesItsData() throws Exception {
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withTaskManagers(1, 2));
                ScoredTraffic scored = new ScoredTraffic(sandbox)) {
            scored.goLive(2);
            scored.goLive(3);
            sandbox.stopZooKeeper();
            Registries.delete(sandbox);
            sandbox.startZooKeeper();
            assertThat(scored.traffic.awaitScored(LONG, Traffic.COMMITTED))
                    .extracting(Prediction::getModelVersion)
                    .containsOnly(3L);
            scored.awaitScorers();
            ModelRegistry registry = scored.loop.registry();
            assertThat(registry.versions()).isEmpty();
            assertThat(registry.live()).isEmpty();
            assertThat(registry.scorers()).extracting(ScorerStatus::getServes).containsOnly(3L);

            scored.goLive(4);
            scored.goLive(5);
            // The moves count from the beginning, and no source waits for what it had before.
            assertThat(registry.history()).extracting(Move::getMove).containsExactly(1L, 2L);
            scored.endAndCheck();
        }
    }

    @Test
    void hdfsIsStoppedAndStartedAgain(Sandbox sandbox) throws Exception {
        try (ScoredTraffic scored = new ScoredTraffic(sandbox)) {
            Loop loop = scored.loop;
            scored.versions.publish(loop.registry(), IN_HDFS_ONLY);
            int failed = loop.flink().failedCheckpoints(scored.job);
            await().atMost(Loop.PATIENCE).until(() -> loop.flink().hasCheckpointUnderWay(scored.job));
            sandbox.stopHdfs();
            try {
                scored.propose(IN_HDFS_ONLY);
                assertThat(scored.traffic.awaitScored(LONG, Traffic.UNCOMMITTED))
                        .extracting(Prediction::getModelVersion)
                        .containsOnly(1L);
                await().atMost(Loop.PATIENCE).until(() -> loop.flink().failedCheckpoints(scored.job) >= failed + 2);
                assertThat(scored.traffic.awaitScored(LONG, Traffic.UNCOMMITTED))
                        .extracting(Prediction::getModelVersion)
                        .containsOnly(1L);
                assertThat(loop.registry().live().map(LivePointer::getVersion)).hasValue(1L);
            } finally {
                sandbox.startHdfs();
            }
            scored.goLive(LATER);
            scored.endAndCheck();
        }
    }
}
