package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class TaskManagerLossIT {

    private static final int SAMPLES = 6_400;

    @Test
    void trainingEndsWithTheSameParametersBitForBit(Sandbox sandbox) throws Exception {
        Dataset digits = Loop.samples().slice(0, SAMPLES);
        String undisturbed;
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(digits);
            loop.awaitFinished(loop.submit(loop.training().withNetwork("lenet").bounded()));
            undisturbed = loop.newestVersion().getTraining().getSha256();
        }
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(digits);
            JobClient job = loop.submit(loop.training().withNetwork("lenet"));
            ModelVersion early = loop.awaitVersion(version -> true);
            assertThat(early.getLineage().getTotalSamplesTrained())
                    .as("lost in mid-run")
                    .isLessThan(SAMPLES);
            loseEveryTaskManager(sandbox);

            ModelVersion last =
                    loop.awaitVersion(version -> version.getLineage().getTotalSamplesTrained() >= SAMPLES);
            assertThat(loop.flink().hasFailed(job)).isTrue();
            assertThat(last.getLineage().getTotalSamplesTrained()).isEqualTo(SAMPLES);
            assertThat(last.getTraining().getSha256()).isEqualTo(undisturbed);
            assertThat(offsetsOf(loop.allVersions())).isEqualTo(SAMPLES);
        }
    }

    @Test
    void eachImageIsPredictedOnceAndInOrder(Sandbox sandbox) throws Exception {
        Dataset digits = Loop.samples();
        String[] sources = {"north", "east", "south", "west", "up"};
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(digits.slice(0, 1_600));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            JobClient job = loop.submit(loop.scoring());

            loop.produceUnlabeled(digits.slice(0, 1_000), sources);
            loop.awaitPredictions(1);
            loop.produceUnlabeled(digits.slice(1_000, 3_000), sources);
            sandbox.killTaskManager();
            loop.produceUnlabeled(digits.slice(3_000, 4_000), sources);
            sandbox.startTaskManager();
            loop.produceUnlabeled(digits.slice(4_000, 5_000), sources);

            List<Prediction> predictions = loop.awaitPredictions(5_000);
            await().atMost(Loop.PATIENCE).until(() -> loop.flink().hasFailed(job));
            assertThat(predictions).hasSize(5_000);
            for (int i = 0; i < sources.length; i++) {
                String source = sources[i];
                List<Prediction> ofSource = predictions.stream()
                        .filter(prediction -> prediction.getSource().equals(source))
                        .toList();
                assertThat(ofSource)
                        .extracting(Prediction::getId)
                        .containsExactlyElementsOf(everyNth(digits.slice(0, 5_000), sources.length, i));
                assertThat(ofSource)
                        .extracting(Prediction::getSequence)
                        .startsWith(1L)
                        .endsWith(1_000L);
            }
        }
    }

    /** One after the other, so that whichever runs the job is lost. */
    private static void loseEveryTaskManager(Sandbox sandbox) {
        for (int i = 0; i < 2; i++) {
            sandbox.killTaskManager();
            sandbox.startTaskManager();
        }
    }

    private static long offsetsOf(List<ModelVersion> versions) {
        return versions.stream()
                .flatMap(version -> version.getLineage().getOffsetsList().stream())
                .collect(Collectors.summingLong(range -> range.getTo() - range.getFrom()));
    }

    private static List<String> everyNth(Iterable<LabeledImage> images, int n, int first) {
        List<String> ids = new ArrayList<>();
        int index = 0;
        for (LabeledImage image : images) {
            if (index++ % n == first) {
                ids.add(image.getImage().getId());
            }
        }
        return ids;
    }
}
