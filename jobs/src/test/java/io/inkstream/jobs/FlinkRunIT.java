package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.client.cli.DefaultCLI;
import org.apache.flink.client.cli.GenericCLI;
import org.apache.flink.configuration.Configuration;
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

    @Test
    void aMistakeIsRefusedWithItsRemedy(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            assertThat(flinkRun(sandbox, loop, "TrainingJob", "--network", "resnet"))
                    .isNotZero();
        }
    }

    private static int flinkRun(Sandbox sandbox, Loop loop, String job, String... options) throws Exception {
        Configuration conf = sandbox.flinkClient();
        CliFrontend flink = new CliFrontend(conf, List.of(new GenericCLI(conf, "../flink-conf"), new DefaultCLI()));
        Stream<String> run = Stream.of(
                "run",
                "-d",
                "-t",
                "remote",
                "-c",
                "io.inkstream.jobs." + job,
                jobJar(),
                "--model",
                loop.connections().model(),
                "--bootstrap-servers",
                sandbox.kafka(),
                "--zookeeper",
                sandbox.zookeeper(),
                "--root",
                loop.connections().root());
        return flink.parseAndRun(Stream.concat(run, Stream.of(options)).toArray(String[]::new));
    }

    private static String jobJar() throws Exception {
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            return built.filter(file -> file.getFileName().toString().matches("inkstream-jobs-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow()
                    .toString();
        }
    }
}
