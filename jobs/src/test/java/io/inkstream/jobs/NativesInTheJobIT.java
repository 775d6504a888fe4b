package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.operators.process.ProcessChecks;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client does not see, the tasks do: they end the job, which by itself would be restarted for ever. */
@ExtendWith(SandboxExtension.class)
class NativesInTheJobIT {

    @Test
    void aTrainerEndsTheJob(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            Configuration settings = withClasspath(sandbox, "org.nd4j.linalg.factory.Nd4j");

            assertEnded(
                    TrainingJob.submit(new StreamExecutionEnvironment(settings), loop.training()),
                    "ND4J comes with the job");
        }
    }

    @Test
    void aScorerEndsTheJob(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            Configuration settings = withClasspath(sandbox, "ai.onnxruntime.OrtEnvironment");

            assertEnded(
                    ScoringJob.submit(new StreamExecutionEnvironment(settings), loop.scoring()),
                    "ONNX Runtime comes with the job");
        }
    }

    /** As flink run's -C, which the class loader of this process knows nothing of. */
    private static Configuration withClasspath(Sandbox sandbox, String natives) throws Exception {
        Configuration settings = sandbox.flinkClient();
        settings.set(
                PipelineOptions.CLASSPATHS,
                List.of(jar(ProcessChecks.class), jar(Class.forName(natives, false, Loop.class.getClassLoader()))));
        return settings;
    }

    private static String jar(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().toString();
    }

    private static void assertEnded(JobClient job, String reason) {
        await().atMost(Loop.PATIENCE).until(() -> job.getJobStatus().get(), JobStatus.FAILED::equals);
        assertThatThrownBy(() -> job.getJobExecutionResult().get())
                .isInstanceOf(ExecutionException.class)
                .hasStackTraceContaining(reason);
    }
}
