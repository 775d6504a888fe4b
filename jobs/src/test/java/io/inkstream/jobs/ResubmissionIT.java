package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.processes.ProcessCluster;
import io.inkstream.sandbox.processes.Role;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both jobs are submitted to a session cluster and cancelled, again and again. */
class ResubmissionIT {
    private static final int ROUNDS = Integer.getInteger("inkstream.resubmissions", 6);
    /** Then everything is loaded that is loaded once. */
    private static final int WARM_UP = 3;

    private static final int IMAGES = 8;

    @TempDir
    Path temporary;

    /**
     * What there is between two jobs.
     *
     * @param files of Flink, on disk
     */
    record Left(Footprint jobManager, Footprint taskManager, Set<Path> files) {}

    @Test
    void jobsThatAreGoneLeaveNothingBehind() throws Exception {
        try (ProcessCluster cluster = SessionCluster.start(temporary);
                Loop loop = new Loop(cluster)) {
            FlinkSession flink = new FlinkSession(SessionCluster.client(cluster), loop.connections());
            loop.produceLabeled(Loop.samples().slice(0, 64));
            loop.produceUnlabeled(Loop.samples().slice(0, IMAGES), "scanner");
            List<Left> left = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                run(flink, loop, round);
                left.add(left(cluster));
            }
            // What the last jobs have left may go a moment after them.
            await().atMost(Loop.PATIENCE).untilAsserted(() -> {
                left.set(ROUNDS - 1, left(cluster));
                assertFlat("JobManager", left.stream().map(Left::jobManager).toList());
                assertFlat("TaskManager", left.stream().map(Left::taskManager).toList());
                assertThat(left.get(ROUNDS - 1).files())
                        .hasSizeLessThan(left.get(WARM_UP - 1).files().size() + ROUNDS - WARM_UP);
            });
        }
    }

    private static void run(FlinkSession flink, Loop loop, int round) throws Exception {
        ModelVersion before = loop.newestVersion();
        assertThat(flink.run(
                        List.of(),
                        JobJars.built(),
                        "ScoringJob",
                        "--name",
                        "round." + round,
                        "--checkpoint-interval",
                        "300ms",
                        "--cache",
                        loop.scoringCache()))
                .isZero();
        assertThat(flink.run(
                        List.of(),
                        JobJars.built(),
                        "TrainingJob",
                        "--network",
                        "cnn",
                        "--gate",
                        "always",
                        "--checkpoint-interval",
                        "300ms"))
                .isZero();
        loop.awaitVersion(version -> before == null || version.getVersion() > before.getVersion());
        loop.awaitPredictions(round * IMAGES);
        flink.cancelAll();
    }

    private Left left(ProcessCluster cluster) throws Exception {
        return new Left(
                Footprint.of(cluster.pid(Role.JOB_MANAGER, 0).getAsLong()),
                Footprint.of(cluster.pid(Role.TASK_MANAGER, 0).getAsLong()),
                files(temporary, cluster.folder().resolve("flink")));
    }

    private static Set<Path> files(Path... folders) throws IOException {
        Set<Path> all = new TreeSet<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                // What the web page shows of jobs that have ended goes after an hour.
                files.filter(file -> Files.isRegularFile(file)
                                && !file.getParent().getFileName().toString().startsWith("executionGraphStore"))
                        .forEach(all::add);
            }
        }
        return all;
    }

    private static void assertFlat(String process, List<Footprint> footprints) {
        Footprint early = footprints.get(WARM_UP - 1);
        Footprint late = footprints.get(ROUNDS - 1);
        assertThat(late.jobs())
                .as("jobs whose classes a %s still has: %s", process, footprints)
                // Those of the last ones may still be there.
                .isLessThan(early.jobs() + ROUNDS - WARM_UP);
        assertThat(late.threads())
                .as("threads of a %s: %s", process, footprints)
                .isLessThanOrEqualTo(early.threads() + 5);
        assertThat(late.libraries())
                .as("native libraries of a %s: %s", process, footprints)
                .isEqualTo(early.libraries());
        assertThat(late.metaspaceBytes())
                .as("metaspace of a %s: %s", process, footprints)
                // The classes of one job take more than that.
                .isLessThan(early.metaspaceBytes() + ((long) (ROUNDS - WARM_UP) << 20));
    }
}
