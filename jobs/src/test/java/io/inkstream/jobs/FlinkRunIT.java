package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.config.DL4JClassLoading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.common.config.ND4JClassLoading;

/**
 * Submits the job jar by Flink's own command line, as users do. Flink loads Inkstream from it, by a class loader of each job's
 * own, and all else from the class path: here the tests', on a cluster {@code lib/}.
 */
@ExtendWith(SandboxExtension.class)
class FlinkRunIT {

    @TempDir
    Path folder;

    @Test
    void bothJobsRunAsTheReadmeSays(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 320));
            loop.produceUnlabeled(Loop.samples().slice(0, 50), "scanner");

            assertThat(flinkRun(sandbox, loop, "TrainingJob", "--bounded")).isZero();
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
        // Not those of the job that came first, which are closed by now.
        assertThat(ND4JClassLoading.getNd4jClassloader()).isSameAs(ND4JClassLoading.class.getClassLoader());
        assertThat(DL4JClassLoading.getDl4jClassloader()).isSameAs(DL4JClassLoading.class.getClassLoader());
    }

    private int flinkRun(Sandbox sandbox, Loop loop, String job, String... options) throws Exception {
        Path config = Files.writeString(folder.resolve("job.yaml"), """
                model: %s
                bootstrap-servers: %s
                zookeeper: %s
                root: %s
                """.formatted(
                        loop.connections().model(),
                        sandbox.kafka(),
                        sandbox.zookeeper(),
                        loop.connections().root()));
        List<String> all = new ArrayList<>(List.of("--config", config.toString()));
        all.addAll(List.of(options));
        return FlinkCli.run(sandbox, List.of(), job, all).exitCode();
    }
}
