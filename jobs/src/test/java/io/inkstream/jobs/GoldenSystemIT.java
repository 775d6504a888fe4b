package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.training.VersionRebuild;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Sample;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both jobs go on from the savepoints of earlier releases, on servers that those have never seen. */
@ExtendWith(SandboxExtension.class)
class GoldenSystemIT {
    private static final int MORE_LABELED = 330;
    private static final int MORE_IMAGES = 60;

    @ParameterizedTest
    @ValueSource(strings = "0.1.0")
    void bothJobsGoOnWhereTheyStopped(String release, Sandbox sandbox) throws Exception {
        GoldenSystem golden = GoldenSystem.of(release);
        try (Loop loop = golden.moveTo(sandbox)) {
            scoringGoesOn(golden, loop);
            trainingGoesOn(loop);
        }
    }

    private static void scoringGoesOn(GoldenSystem golden, Loop loop) throws Exception {
        // So long that the ids that the release has seen are never forgotten.
        Duration ages = Duration.ofDays(365_000);
        JobClient job =
                loop.submit(GoldenSystem.scoring(loop).withDeduplication(ages), GoldenSystem.scoringSavepoint(loop));
        loop.produceUnlabeled(GoldenSystem.digits(0, GoldenSystem.SOURCES.length), GoldenSystem.SOURCES);
        loop.produceUnlabeled(
                GoldenSystem.digits(GoldenSystem.SCORED, GoldenSystem.SCORED + MORE_IMAGES), GoldenSystem.SOURCES);

        List<Prediction> predictions = loop.awaitPredictions(MORE_IMAGES);

        assertThat(predictions).as("no image of before once more").hasSize(MORE_IMAGES);
        long live = loop.registry().live().orElseThrow().getVersion();
        assertContinued(predictions, golden.onnx(live), live);
        loop.flink().assertNeverFailed(job);
        job.cancel().get();
    }

    /** Against predictions of all images, of before and after, that are made and counted here. */
    private static void assertContinued(List<Prediction> predictions, byte[] onnx, long version) throws Exception {
        Map<String, Integer> ofSource = new HashMap<>();
        Map<String, Integer> ofDigit = new HashMap<>();
        int i = 0;
        try (OnnxScorer scorer = OnnxScorer.load(onnx)) {
            for (LabeledImage digit : GoldenSystem.digits(0, GoldenSystem.SCORED + MORE_IMAGES)) {
                String source = GoldenSystem.SOURCES[i % GoldenSystem.SOURCES.length];
                float[] probabilities =
                        scorer.score(digit.getImage().getPixels().toByteArray(), 1);
                int read = largest(probabilities);
                int sequence = ofSource.merge(source, 1, Integer::sum);
                int count = ofDigit.merge(source + read, 1, Integer::sum);
                if (i >= GoldenSystem.SCORED) {
                    Prediction prediction = predictions.get(i - GoldenSystem.SCORED);
                    assertThat(prediction.getId()).isEqualTo(digit.getImage().getId());
                    assertThat(prediction.getModelVersion()).isEqualTo(version);
                    assertThat(prediction.getProbabilitiesList()).containsExactly(boxed(probabilities));
                    assertThat(prediction.getSequence()).isEqualTo(sequence);
                    assertThat(prediction.getDigitCount()).isEqualTo(count);
                }
                i++;
            }
        }
    }

    private static int largest(float[] probabilities) {
        int largest = 0;
        for (int digit = 1; digit < probabilities.length; digit++) {
            largest = probabilities[digit] > probabilities[largest] ? digit : largest;
        }
        return largest;
    }

    private static Float[] boxed(float[] values) {
        Float[] boxed = new Float[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = values[i];
        }
        return boxed;
    }

    private static void trainingGoesOn(Loop loop) throws Exception {
        long before = loop.newestVersion().getVersion();
        JobClient job = loop.submit(
                GoldenSystem.training(loop).withCheckpointInterval(Duration.ofMillis(300)),
                GoldenSystem.trainingSavepoint(loop));
        loop.produceLabeled(GoldenSystem.digits(GoldenSystem.READ, GoldenSystem.READ + MORE_LABELED));

        loop.awaitVersion(
                version -> version.getLineage().getTotalOffsets(0).getTo() >= GoldenSystem.READ + MORE_LABELED / 2);

        List<ModelVersion> versions = loop.allVersions();
        Lineages.requireGapless(versions);
        assertThat(versions).extracting(ModelVersion::getVersion).contains(before + 1);
        for (ModelVersion version : versions) {
            if (version.getVersion() > before) {
                assertRebuilt(loop, version);
            }
        }
        loop.flink().assertNeverFailed(job);
    }

    /** That it is what comes of its parent, whose files may be the earlier release's. */
    private static void assertRebuilt(Loop loop, ModelVersion version) throws Exception {
        Lineage lineage = version.getLineage();
        ModelVersion parent = loop.registry().version(lineage.getParent()).orElseThrow();
        ModelStore store =
                ModelStore.open(loop.connections().root(), loop.connections().model());
        NetworkState rebuilt = VersionRebuild.run(
                Optional.of(NetworkState.parseFrom(store.read(parent.getVersion(), parent.getTraining()))),
                lineage,
                Map.of(0, samples(loop, lineage).iterator()),
                trained -> {});
        assertThat(ModelStore.describe(ModelStore.TRAINING, rebuilt.toByteArray()))
                .isEqualTo(version.getTraining());
    }

    private static List<Sample> samples(Loop loop, Lineage lineage) {
        OffsetRange range = lineage.getOffsets(0);
        return loop.awaitRecords(loop.topics().training(), (int) range.getTo()).stream()
                .filter(record -> range.getFrom() <= record.offset() && record.offset() < range.getTo())
                .map(record -> Decoding.sample(
                        RawRecords.incoming(record), lineage.getRecipe().getHoldout()))
                .toList();
    }
}
