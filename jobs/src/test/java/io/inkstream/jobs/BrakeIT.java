package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Rollout;
import io.inkstream.operators.feedback.BrakeSettings;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.VersionState;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A version that reads worse than the one before it, once its labels have come. */
@ExtendWith(SandboxExtension.class)
class BrakeIT {
    private static final int IMAGES = 2_000;

    @Test
    void liveGoesBackAndTheBadVersionDoesNotComeAgain(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox);
                Versions versions = new Versions(loop.connections(), new Digits(100))) {
            LateLabels late = new LateLabels(sandbox, loop, 1);
            late.submit(late.options()
                    .withBrake(new BrakeSettings(
                            BrakeSettings.Mode.ACT,
                            BrakeSettings.DEFAULT_TOLERANCE,
                            BrakeSettings.Labels.RANDOM_AUDIT)));
            ModelRegistry registry = loop.registry();
            goLive(versions, registry, 1);
            loop.produceAll(judged(loop, late, 1, 3));
            goLive(versions, registry, 2);
            loop.produceAll(judged(loop, late, 2, 20));

            awaitLive(registry, 1);

            Move back = registry.history().get(registry.history().size() - 1);
            assertThat(back.getFrom()).isEqualTo(2);
            assertThat(back.getByHand()).isFalse();
            assertThat(back.getWhy()).contains("worse by at least");
            await().atMost(Loop.PATIENCE)
                    .until(() -> registry.version(2).orElseThrow().getState() == VersionState.REJECTED);
            new Rollout(registry).propose(2, "a job", "", false);
            goLive(versions, registry, 3);
            assertThat(registry.history()).extracting(Move::getTo).containsExactly(1L, 2L, 1L, 3L);
        }
    }

    private static void goLive(Versions versions, ModelRegistry registry, long number) throws Exception {
        versions.publish(registry, number);
        new Rollout(registry).propose(number, "a job", "", false);
        awaitLive(registry, number);
    }

    /** The feedback job itself takes what is proposed further: there is no scoring job here that would. */
    private static void awaitLive(ModelRegistry registry, long number) {
        await().atMost(Loop.PATIENCE)
                .until(() -> registry.live().map(LivePointer::getVersion).orElse(0L) == number);
    }

    /** Predictions of a version, so many in a hundred wrong, and the labels that tell. */
    private static List<ProducerRecord<byte[], byte[]>> judged(
            Loop loop, LateLabels late, long version, int wrongInAHundred) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            String id = "image-%d-of-%d".formatted(i, version);
            int read = i % 100 < wrongInAHundred ? (i + 1) % 10 : i % 10;
            Prediction prediction = Prediction.newBuilder()
                    .setId(id)
                    .setSource("meter")
                    .setDigit(read)
                    .setModelVersion(version)
                    .build();
            records.add(new ProducerRecord<>(
                    loop.topics().predictions(), "meter".getBytes(UTF_8), prediction.toByteArray()));
            records.add(late.label(id, i % 10, "random-audit"));
        }
        return records;
    }
}
