package io.inkstream.operators.scoring;

import static io.inkstream.operators.scoring.Scored.assertMadeBy;
import static io.inkstream.operators.scoring.Scored.image;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.TestModels;
import io.inkstream.operators.TestSamples;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScorerStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Version 1 is live and scores; what is to be live comes beside it. */
@ExtendWith(SandboxExtension.class)
@Timeout(120)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class CandidateIT {
    @TempDir
    Path cache;

    private ModelSite site;
    private ModelRegistry registry;
    private ScorerHarness scorer;

    @BeforeEach
    void serveVersionOne(Sandbox sandbox) throws Exception {
        site = new ModelSite(
                sandbox.hdfs() + "/" + sandbox.uniqueName("candidate"),
                sandbox.zookeeper(),
                sandbox.uniqueName("digits"),
                cache.toString());
        registry = ModelRegistry.open(site.zookeeper(), site.model());
        TestModels.writeFiles(site.root(), site.model(), 1);
        scorer = new ScorerHarness(site);
        scorer.open();
        scorer.broadcast(view(1, 1).build());
        scorer.awaitLoaded();
    }

    @AfterEach
    void close() throws Exception {
        scorer.close();
        registry.close();
    }

    @Test
    void usageExample() throws Exception {
        TestModels.writeFiles(site.root(), site.model(), 2);
        scorer.broadcast(view(1, 1)
                .setCandidate(attempt(2, 1))
                .setCandidateVersion(TestModels.version(site.model(), 2))
                .build());
        assertMadeBy(1, scorer.score(image("a", 0)));
        scorer.awaitLoaded();

        // It is ready and says so, but serves what is live.
        awaitStatus(status -> status.getServes() == 1 && status.getLoadedList().equals(List.of(1L, 2L)));
        assertMadeBy(1, scorer.score(image("a", 1)));

        // When live moves, nothing is loaded any more: the very next image has the new version.
        scorer.broadcast(view(2, 2).build());
        assertMadeBy(2, scorer.score(image("a", 2)));
        awaitStatus(status -> status.getServes() == 2 && status.getLoadedList().equals(List.of(2L)));
    }

    @Test
    void aCandidateThatIsWithdrawnIsForgotten() throws Exception {
        TestModels.writeFiles(site.root(), site.model(), 2);
        scorer.broadcast(view(1, 1)
                .setCandidate(attempt(2, 1))
                .setCandidateVersion(TestModels.version(site.model(), 2))
                .build());
        scorer.awaitLoaded();
        awaitStatus(status -> status.getLoadedCount() == 2);
        scorer.broadcast(view(1, 1).build());

        awaitStatus(status -> status.getLoadedList().equals(List.of(1L)));
        assertMadeBy(1, scorer.score(image("a", 0)));
    }

    @Test
    void anotherAttemptOfARefusedCandidateIsLookedAtAgain() throws Exception {
        ModelVersion second = TestModels.version(site.model(), 2);
        propose(second, 1);
        awaitStatus(status -> status.hasRefused() && status.getRefused().getAttempt() == 1);
        TestModels.writeFiles(site.root(), site.model(), 2);
        propose(second, 2);

        awaitStatus(status -> !status.hasRefused() && status.getLoadedList().equals(List.of(1L, 2L)));
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        propose(TestModels.version(site.model(), 2), 1);
        assertRefused("missing");
    }

    @Test
    void refusesWhatWasChangedAfterItWasPublished() throws Exception {
        byte[] changed = TestModels.onnx(2);
        changed[changed.length / 2] ^= 1;
        write(ModelStore.ONNX, changed);
        propose(TestModels.version(site.model(), 2), 1);
        assertRefused("SHA-256");
    }

    @Test
    void refusesWhatIsShorterThanWhatWasPublished() throws Exception {
        write(ModelStore.ONNX, Arrays.copyOf(TestModels.onnx(2), 1_000));
        propose(TestModels.version(site.model(), 2), 1);
        assertRefused("1000 bytes");
    }

    @Test
    void refusesWhatIsNoModel() throws Exception {
        proposeFile("no model".getBytes(StandardCharsets.UTF_8));
        assertRefused("not an ONNX model");
    }

    @Test
    void refusesATruncatedModelThatWasPublishedSo() throws Exception {
        byte[] whole = TestModels.onnx(2);
        proposeFile(Arrays.copyOf(whole, whole.length / 2));
        assertRefused("");
    }

    @Test
    void refusesWeightsThatAreNotNumbers() throws Exception {
        proposeFile(TestModels.onnxOfNotANumber());
        assertRefused("add up to NaN");
    }

    @Test
    void refusesAnotherShape() throws Exception {
        // The dimension 28 of the input is said to be 27.
        byte[] other = TestModels.onnx(2);
        int place = lastIndexOf(other, new byte[] {8, 28});
        other[place + 1] = 27;
        proposeFile(other);
        assertRefused("");
    }

    @Test
    void refusesAPackedBombAndWhatSaysThatItIsTooLarge() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            byte[] nothing = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                out.write(nothing);
            }
        }
        proposeFile(bomb.toByteArray());
        assertRefused("");
        ModelVersion large = TestModels.version(site.model(), 2).toBuilder()
                .setOnnx(Artifact.newBuilder()
                        .setName(ModelStore.ONNX)
                        .setBytes(1L << 40)
                        .setSha256("0".repeat(64)))
                .build();
        propose(large, 2);
        assertRefused("at most");
    }

    @Test
    void refusesAModelThatReadsTheProbeOtherwiseThanTheTrainer() throws Exception {
        byte[] pixels = TestSamples.pixels(3).toByteArray();
        propose(withProbe(pixels, scores(1, pixels)), 1);
        assertRefused("otherwise than the trainer did");
    }

    @Test
    void takesAModelThatReadsTheProbeAsTheTrainerDid() throws Exception {
        byte[] pixels = TestSamples.pixels(3).toByteArray();
        float[] almost = scores(2, pixels);
        almost[0] += 1e-5f;
        propose(withProbe(pixels, almost), 1);

        awaitStatus(status -> !status.hasRefused() && status.getLoadedList().equals(List.of(1L, 2L)));
    }

    private static int lastIndexOf(byte[] all, byte[] part) {
        for (int i = all.length - part.length; i >= 0; i--) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    private ModelVersion withProbe(byte[] pixels, float[] probabilities) throws Exception {
        byte[] probe = Probe.of(pixels, probabilities);
        ModelVersion version = TestModels.version(site.model(), 2).toBuilder()
                .setProbe(ModelStore.describe(Probe.NAME, probe))
                .build();
        ModelStore store = ModelStore.open(site.root(), site.model());
        store.publish(
                store.stage(2, Map.of(ModelStore.ONNX, TestModels.onnx(2), Probe.NAME, probe)),
                2,
                List.of(version.getOnnx(), version.getProbe()));
        return version;
    }

    private static float[] scores(long version, byte[] pixels) throws Exception {
        try (OnnxScorer onnx = OnnxScorer.load(TestModels.onnx(version))) {
            return onnx.score(pixels, 1);
        }
    }

    private void write(String name, byte[] content) throws Exception {
        ModelStore store = ModelStore.open(site.root(), site.model());
        store.publish(store.stage(2, Map.of(name, content)), 2, List.of());
    }

    /** Publishes these bytes as they are, with their right checksum. */
    private void proposeFile(byte[] onnx) throws Exception {
        write(ModelStore.ONNX, onnx);
        propose(
                TestModels.version(site.model(), 2).toBuilder()
                        .setOnnx(ModelStore.describe(ModelStore.ONNX, onnx))
                        .build(),
                1);
    }

    private void propose(ModelVersion version, int attempt) throws Exception {
        scorer.broadcast(view(1, 1)
                .setCandidate(attempt(version.getVersion(), attempt))
                .setCandidateVersion(version)
                .build());
        assertMadeBy(1, scorer.score(image("a", 0)));
        scorer.awaitLoaded();
    }

    private void assertRefused(String reason) throws Exception {
        awaitStatus(status -> status.getRefused().getVersion() == 2
                && status.getRefused().getReason().contains(reason));
        assertMadeBy(1, scorer.score(image("a", 1)));
    }

    private void awaitStatus(Predicate<ScorerStatus> wanted) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> registry.scorers().stream().anyMatch(wanted));
    }

    private RolloutView.Builder view(long live, long move) {
        return RolloutView.newBuilder().setLive(TestModels.live(site.model(), live, move));
    }

    private static Candidate attempt(long version, int attempt) {
        return Candidate.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setVersion(version)
                .setAttempt(attempt)
                .build();
    }
}
