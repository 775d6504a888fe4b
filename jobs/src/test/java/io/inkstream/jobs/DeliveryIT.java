package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Prediction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How predictions come out: in which format, when, and from two jobs side by side. */
@ExtendWith(SandboxExtension.class)
class DeliveryIT {

    private static final int IMAGES = 100;
    private static final Duration NEVER = Duration.ofHours(1);

    @Test
    void atLeastOnceWaitsForNoCheckpointAndJsonNeedsNoSchema(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            JobClient job = loop.submit(loop.scoring()
                    .withDelivery(DeliveryGuarantee.AT_LEAST_ONCE)
                    .withPredictionFormat(PredictionFormat.JSON)
                    .withCheckpointInterval(NEVER));
            goLive(loop);
            loop.produceUnlabeled(Loop.samples().slice(0, IMAGES), "a", "b");

            List<ConsumerRecord<byte[], byte[]>> records =
                    loop.awaitRecords(loop.topics().predictions(), IMAGES);
            assertThat(records)
                    .hasSize(IMAGES)
                    .allSatisfy(record -> assertThat(new String(record.value(), StandardCharsets.UTF_8))
                            .startsWith("{\"id\":\"digits-")
                            .contains("\"source\":\"" + new String(record.key(), StandardCharsets.UTF_8) + "\"")
                            .containsPattern("\"digit\":[0-9],\"probabilities\":\\[[-0-9.,E]+],\"model_version\":\"1\"")
                            .endsWith("}")
                            .doesNotContain("\n"));
            assertThat(loop.flink().completedCheckpoints(job)).isZero();
            loop.flink().assertNeverFailed(job);
        }
    }

    @Test
    void twoJobsOfOneModelPredictSideBySide(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            JobClient blue = loop.submit(loop.scoring().withParallelism(1));
            JobClient green = loop.submit(
                    loop.scoring().withParallelism(1).withName("green").withPredictionFormat(PredictionFormat.JSON));
            goLive(loop);
            loop.produceUnlabeled(Loop.samples().slice(0, IMAGES), "a", "b");

            List<Prediction> ofBlue = new ArrayList<>();
            List<Prediction> ofGreen = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record :
                    loop.awaitRecords(loop.topics().predictions(), 2 * IMAGES)) {
                (record.value()[0] == '{' ? ofGreen : ofBlue).add(PredictionFormat.read(record.value()));
            }
            assertThat(ofBlue).hasSize(IMAGES).extracting(Prediction::getId).doesNotHaveDuplicates();
            assertThat(ofGreen).hasSize(IMAGES).extracting(Prediction::getId).doesNotHaveDuplicates();
            loop.flink().assertNeverFailed(blue);
            loop.flink().assertNeverFailed(green);
        }
    }

    private static void goLive(Loop loop) throws Exception {
        try (Versions versions = new Versions(loop.connections(), new Digits(IMAGES))) {
            versions.goLive(loop.registry(), 1);
        }
    }
}
