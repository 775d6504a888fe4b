package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class FirstModelIT {

    @Test
    void imagesWaitInKafkaForAFirstModelWhileCheckpointsComplete(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            loop.produceUnlabeled(Loop.samples().slice(0, 100), "scanner");
            JobClient scoring = loop.submit(loop.scoring());
            await().atMost(Loop.PATIENCE).until(() -> loop.flink().completedCheckpoints(scoring) >= 3);
            assertThat(loop.awaitPredictions(0)).isEmpty();

            loop.produceLabeled(Loop.samples().slice(0, 320));
            loop.submit(loop.training());
            assertThat(loop.awaitPredictions(100)).hasSize(100);
            loop.flink().assertNeverFailed(scoring);
        }
    }
}
