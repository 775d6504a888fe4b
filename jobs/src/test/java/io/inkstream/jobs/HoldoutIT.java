package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class HoldoutIT {

    @Test
    void heldOutImagesJudgeVersionsAndAreNeverTrainedOn(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 5_000));
            loop.awaitFinished(loop.submit(loop.training().withHoldout(0.1).bounded()));

            Lineages.requireGapless(loop.allVersions());
            ModelVersion last = loop.newestVersion();
            Lineage lineage = last.getLineage();
            assertThat(lineage.getTotalSamplesHeldOut()).isBetween(400L, 600L);
            assertThat(lineage.getTotalSamplesTrained()).isEqualTo(5_000 - lineage.getTotalSamplesHeldOut());
            Evaluation holdout = last.getHoldout();
            assertThat(holdout.getScore().getSamples()).isEqualTo(lineage.getTotalSamplesHeldOut());
            double accuracy = (double) holdout.getScore().getCorrect()
                    / holdout.getScore().getSamples();
            assertThat(accuracy).isGreaterThan(0.85);
            assertThat(holdout.getLow()).isBetween(0.8, accuracy);
            assertThat(holdout.getHigh()).isBetween(accuracy, 1.0);
        }
    }
}
