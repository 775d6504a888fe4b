package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Submits the job jar by Flink's own command line, as users do. */
@ExtendWith(SandboxExtension.class)
class FlinkRunIT {

    @Test
    void bothJobsRunAsTheReadmeSays(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 320));
            loop.produceUnlabeled(Loop.samples().slice(0, 50), "scanner");

            assertThat(flinkRun(sandbox, loop, "TrainingJob", "--network", "mlp", "--bounded"))
                    .isZero();
            assertThat(flinkRun(sandbox, loop, "ScoringJob", "--checkpoint-interval", "300ms", "--parallelism", "1"))
                    .isZero();

            ModelVersion last =
                    loop.awaitVersion(version -> version.getLineage().getEndOfInput());
            Lineage lineage = last.getLineage();
            assertThat(lineage.getTotalSamplesTrained() + lineage.getTotalSamplesHeldOut())
                    .isEqualTo(320);
            assertThat(loop.awaitPredictions(50)).hasSize(50);
            loop.cancelJobsOfOthers();
        }
    }

    private static int flinkRun(Sandbox sandbox, Loop loop, String job, String... options) throws Exception {
        List<String> all = new ArrayList<>(FlinkCli.options(loop.connections()));
        all.addAll(List.of(options));
        return FlinkCli.run(sandbox, List.of(), job, all).exitCode();
    }
}
