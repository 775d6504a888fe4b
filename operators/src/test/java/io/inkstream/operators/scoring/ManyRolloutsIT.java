package io.inkstream.operators.scoring;

import static io.inkstream.operators.scoring.Scored.image;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.cache.ModelCache;
import io.inkstream.operators.TestModels;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.RolloutView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One scorer through many rollouts: what each leaves behind would add up. */
@Timeout(300)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class ManyRolloutsIT {
    private static final int ROLLOUTS = 500;

    private static final int WARM_UP = 20;
    /** A leaked session is above 1 MB. */
    private static final long ALLOWED_GROWTH = 96L << 20;

    private static final int VERSIONS = 20;

    private final List<ModelVersion> versions = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void leaveNoThreadsNoFilesAndNoNativeMemoryBehind() throws Exception {
        String root = folder.resolve("root").toUri().toString();
        Path cache = folder.resolve("cache");
        ModelSite site = new ModelSite(root, "localhost:1", "digits", cache.toString());
        for (int version = 1; version <= VERSIONS; version++) {
            TestModels.writeFiles(root, "digits", version);
            versions.add(TestModels.version("digits", version));
        }
        try (ScorerHarness scorer = new ScorerHarness(site)) {
            scorer.open();
            scorer.broadcast(live(1, 1));
            scorer.awaitLoaded();
            int move = 1;
            for (; move <= WARM_UP; move++) {
                rollOut(scorer, move);
            }
            long threads = ownThreads();
            long memory = Pointer.physicalBytes();
            long usedHeap =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            for (; move <= WARM_UP + ROLLOUTS; move++) {
                rollOut(scorer, move);
            }

            assertThat(ownThreads()).isLessThanOrEqualTo(threads);
            // The heap takes memory that it was given before, when it pleases the collector.
            long heapGrowth = Runtime.getRuntime().totalMemory() - usedHeap;
            assertThat(Pointer.physicalBytes() - memory).isLessThan(ALLOWED_GROWTH + heapGrowth);
        }
        try (Stream<Path> files = Files.list(cache.resolve("files"))) {
            assertThat(files.count()).isLessThanOrEqualTo(ModelCache.DEFAULT_FILES);
        }
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("inkstream-"))
                .count();
    }

    private void rollOut(ScorerHarness scorer, int move) throws Exception {
        int before = 1 + (move - 1) % VERSIONS;
        int next = 1 + move % VERSIONS;
        scorer.broadcast(RolloutView.newBuilder()
                .setLive(live(before, move))
                .setCandidate(Candidate.newBuilder().setVersion(next).setAttempt(move))
                .setCandidateVersion(versions.get(next - 1))
                .build());
        scorer.awaitLoaded();
        scorer.broadcast(live(next, move + 1));
        assertThat(scorer.score(image("a", move)).getModelVersion()).isEqualTo(next);
        scorer.getOutput().clear();
    }

    private LiveVersion live(int version, long move) {
        return LiveVersion.newBuilder()
                .setPointer(LivePointer.newBuilder()
                        .setFormat(1)
                        .setVersion(version)
                        .setMove(move))
                .setVersion(versions.get(version - 1))
                .build();
    }
}
