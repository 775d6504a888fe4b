package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.jobs.HostileRecords.HostileRecord;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Rejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Twenty thousand malformed records among two thousand good ones stop nothing, and none is lost or passed. */
@ExtendWith(SandboxExtension.class)
class HostileRecordsIT {
    private static final int GOOD = 2_000;
    private static final int HOSTILE_FOR_EACH = 10;
    private static final int ALL = GOOD * (1 + HOSTILE_FOR_EACH);

    private final Map<Long, HostileRecord> hostileByOffset = new HashMap<>();
    private final Set<String> good = new HashSet<>();

    @Test
    void goodRecordsAreScoredOnceAndAllOthersPutAside(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            JobClient training = loop.submit(loop.training());
            loop.produceLabeled(Loop.samples().slice(0, 32));
            loop.awaitVersion(version -> true);
            training.cancel().get();
            JobClient scoring = loop.submit(loop.scoring());
            produce(loop);

            // What chance decided is on either side: together they are all.
            await().atMost(Loop.PATIENCE)
                    .until(() -> loop.awaitRejected(1).size()
                                    + loop.awaitPredictions(GOOD).size()
                            >= ALL);
            assertRefusedForTheRightReason(loop.awaitRejected(1));
            assertScoredOnce(loop.awaitPredictions(GOOD));
            assertThat(loop.awaitRejected(1).size()
                            + loop.awaitPredictions(GOOD).size())
                    .isEqualTo(ALL);
            loop.assertNeverFailed(scoring);
            assertThat(loop.restarts(scoring)).isZero();
        }
    }

    private void produce(Loop loop) throws Exception {
        List<byte[]> digits = new ArrayList<>();
        List<LabeledImage> images = new ArrayList<>();
        Loop.samples().slice(0, GOOD).forEach(images::add);
        images.forEach(image -> digits.add(image.getImage().getPixels().toByteArray()));
        HostileRecords hostile = new HostileRecords(1, digits);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<HostileRecord> made = new ArrayList<>();
        for (LabeledImage image : images) {
            good.add(image.getImage().getId());
            records.add(record(loop, image.getImage().toByteArray()));
            made.add(null);
            for (int i = 0; i < HOSTILE_FOR_EACH; i++) {
                made.add(hostile.next());
                records.add(record(loop, made.get(made.size() - 1).value()));
            }
        }
        List<Long> offsets = loop.produceAll(records);
        for (int i = 0; i < made.size(); i++) {
            if (made.get(i) != null) {
                hostileByOffset.put(offsets.get(i), made.get(i));
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> record(Loop loop, byte[] value) {
        return new ProducerRecord<>(loop.topics().images(), "an enemy".getBytes(UTF_8), value);
    }

    private void assertRefusedForTheRightReason(List<Rejected> rejected) {
        Set<Long> offsets = new HashSet<>();
        for (Rejected one : rejected) {
            HostileRecord hostile = hostileByOffset.get(one.getOffset());
            assertThat(offsets.add(one.getOffset())).as("put aside once").isTrue();
            assertThat(hostile)
                    .as("a good record put aside: %s", one.getExplanation())
                    .isNotNull();
            assertThat(one.getExplanation()).isNotBlank();
            if (!hostile.reasons().isEmpty()) {
                assertThat(hostile.reasons())
                        .as("%s: %s", hostile.kind(), one.getExplanation())
                        .contains(one.getReason());
            }
        }
        hostileByOffset.forEach(
                (offset, hostile) -> assertThat(hostile.reasons().isEmpty() || offsets.contains(offset))
                        .as("%s at %d was not put aside", hostile.kind(), offset)
                        .isTrue());
    }

    private void assertScoredOnce(List<Prediction> predictions) {
        Map<String, Integer> times = new HashMap<>();
        predictions.forEach(prediction -> times.merge(prediction.getId(), 1, Integer::sum));
        assertThat(times.keySet()).containsAll(good);
        good.forEach(id -> assertThat(times.get(id)).isEqualTo(1));
    }
}
