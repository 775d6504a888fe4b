package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class ParallelTrainingIT {

    @Test
    void severalTrainersAreAveragedAndEachImageIsCountedOnce(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox, 3)) {
            loop.produceLabeled(Loop.samples().slice(0, 9_000));
            loop.awaitFinished(loop.submit(loop.training().withParallelism(2).bounded()));

            assertThat(Lineages.requireGapless(loop.allVersions()))
                    .containsExactlyInAnyOrderEntriesOf(Map.of(0, 3_000L, 1, 3_000L, 2, 3_000L));
            Lineage last = loop.newestVersion().getLineage();
            assertThat(last.getTotalSamplesTrained()).isEqualTo(9_000);
            assertThat(last.getTrainers()).isEqualTo(2);
        }
    }

    @Test
    void aTrainerWithoutDataNeitherHoldsUpNorDilutesTheAverage(Sandbox sandbox) throws Exception {
        String alone;
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 320));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            alone = loop.newestVersion().getTraining().getSha256();
        }
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 320));
            loop.submit(loop.training().withParallelism(2));

            ModelVersion version = loop.awaitVersion(v -> v.getLineage().getTotalSamplesTrained() == 320);
            if (loop.allVersions().size() == 1) {
                assertThat(version.getTraining().getSha256()).isEqualTo(alone);
            }
            assertThat(version.getLineage().getTrainers()).isEqualTo(2);
        }
    }

    @Test
    void theNumberOfTrainersMayChange(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox, 2)) {
            loop.produceLabeled(Loop.samples().slice(0, 2_000));
            JobClient one = loop.submit(loop.training());
            trained(loop, 1_900);
            String ofOne = loop.stopWithSavepoint(one);

            JobClient two = loop.submit(loop.training().withParallelism(2), ofOne);
            loop.produceLabeled(Loop.samples().slice(2_000, 4_000));
            trained(loop, 3_900);
            String ofTwo = loop.stopWithSavepoint(two);

            loop.submit(loop.training(), ofTwo);
            loop.produceLabeled(Loop.samples().slice(4_000, 6_000));
            ModelVersion last = trained(loop, 6_000 - 32);

            Lineages.requireGapless(loop.allVersions());
            assertThat(last.getLineage().getTrainers()).isEqualTo(1);
            assertThat(loop.allVersions().stream()
                            .filter(version -> version.getLineage().getRescaled())
                            .count())
                    .isEqualTo(2);
        }
    }

    private static ModelVersion trained(Loop loop, long samples) {
        return loop.awaitVersion(version -> version.getLineage().getTotalSamplesTrained() >= samples);
    }
}
