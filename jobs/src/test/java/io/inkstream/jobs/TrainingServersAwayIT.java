package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.store.ModelStore;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A training job that loses the servers it publishes to.
 *
 * <p>Publishing needs both: where one is away for longer than its client tries, the job restarts, and publishes what it owes
 * when both are back. No version is lost, and none is published twice.
 */
@ExtendWith(SandboxExtension.class)
@Timeout(600)
class TrainingServersAwayIT {
    /** A multiple of the mini-batch: all of it is trained at the next barrier. */
    private static final int PORTION = 320;

    private long produced;

    @Test
    void zooKeeperIsStoppedAndStartedAgain(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            loop.submit(loop.training());
            train(loop);
            sandbox.stopZooKeeper();
            try {
                produce(loop);
            } finally {
                sandbox.startZooKeeper();
            }
            train(loop);
            assertNothingLost(loop, loop.allVersions());
        }
    }

    @Test
    void zooKeeperIsAwayForLongerThanACommitTries(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            JobClient job = loop.submit(loop.training());
            train(loop);
            sandbox.stopZooKeeper();
            try {
                produce(loop);
                await().atMost(Loop.PATIENCE).until(() -> loop.flink().hasFailed(job));
            } finally {
                sandbox.startZooKeeper();
            }
            train(loop);
            assertNothingLost(loop, loop.allVersions());
        }
    }

    @Test
    void theSessionExpires(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            JobClient job = loop.submit(loop.training());
            train(loop);
            produce(loop);
            Sessions.expire(sandbox.zookeeper());
            train(loop);
            assertNothingLost(loop, loop.allVersions());
            loop.flink().assertNeverFailed(job);
            assertThat(loop.registry().trainer().orElseThrow().getJobId())
                    .isEqualTo(job.getJobID().toHexString());
        }
    }

    @Test
    void hdfsIsStoppedAndStartedAgain(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            JobClient job = loop.submit(loop.training());
            train(loop);
            int failed = loop.flink().failedCheckpoints(job);
            sandbox.stopHdfs();
            try {
                produce(loop);
                await().atMost(Loop.PATIENCE)
                        .until(() -> loop.flink().hasFailed(job) || loop.flink().failedCheckpoints(job) > failed);
            } finally {
                sandbox.startHdfs();
            }
            train(loop);
            assertNothingLost(loop, loop.allVersions());
        }
    }

    /** Nothing is published meanwhile: there is nothing that would have to be done again. */
    @Test
    void theRegistryIsDeletedWhileItRuns(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            JobClient job = loop.submit(loop.training());
            train(loop);
            List<ModelVersion> before = loop.allVersions();
            // What follows a registration needs what was registered.
            await().atMost(Loop.PATIENCE).until(() -> loop.newestVersion().getState() == VersionState.LIVE);
            Registries.delete(loop.connections());
            train(loop);
            train(loop);
            assertNothingLost(loop, joined(before, loop.allVersions()));
            loop.flink().assertNeverFailed(job);
        }
    }

    /** With scorers, which follow it. In a sandbox of its own: others' registries are lost as well. */
    @Test
    void zooKeeperLosesItsData() throws Exception {
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withTaskManagers(1, 4));
                Loop loop = new Loop(sandbox)) {
            loop.submit(loop.training());
            loop.submit(loop.scoring());
            train(loop);
            awaitServed(loop);
            List<ModelVersion> before = loop.allVersions();
            sandbox.stopZooKeeper();
            produce(loop);
            Registries.delete(sandbox);
            sandbox.startZooKeeper();
            train(loop);
            train(loop);
            assertNothingLost(loop, joined(before, loop.allVersions()));
            awaitServed(loop);
        }
    }

    private void produce(Loop loop) {
        loop.produceLabeled(Loop.samples().slice(produced, produced + PORTION));
        produced += PORTION;
    }

    /** Returns when a version has seen everything. */
    private void train(Loop loop) {
        produce(loop);
        await().atMost(Loop.PATIENCE).ignoreException(RegistryException.class).until(() -> {
            ModelVersion newest = loop.newestVersion();
            return newest != null && newest.getLineage().getTotalSamplesTrained() == produced;
        });
    }

    private static void awaitServed(Loop loop) {
        ModelRegistry registry = loop.registry();
        await().atMost(Loop.PATIENCE)
                .until(() -> registry.live().map(LivePointer::getVersion).orElse(0L)
                                == registry.newest().orElse(-1)
                        && registry.scorers().size() == 2
                        && registry.scorers().stream()
                                .allMatch(scorer ->
                                        scorer.getServes() == registry.newest().orElse(-1)));
    }

    private static List<ModelVersion> joined(List<ModelVersion> before, List<ModelVersion> after) {
        Map<Long, ModelVersion> byNumber = new TreeMap<>();
        before.forEach(version -> byNumber.put(version.getVersion(), version));
        after.forEach(version -> byNumber.put(version.getVersion(), version));
        return new ArrayList<>(byNumber.values());
    }

    private void assertNothingLost(Loop loop, List<ModelVersion> versions) throws Exception {
        assertThat(Lineages.requireGapless(versions)).isEqualTo(Map.of(0, produced));
        ModelStore store =
                ModelStore.open(loop.connections().root(), loop.connections().model());
        assertThat(store.versions())
                .isEqualTo(versions.stream().map(ModelVersion::getVersion).toList());
        for (ModelVersion version : versions) {
            assertThat(store.read(version.getVersion(), version.getOnnx())).isNotEmpty();
            assertThat(store.read(version.getVersion(), version.getTraining())).isNotEmpty();
        }
    }
}
