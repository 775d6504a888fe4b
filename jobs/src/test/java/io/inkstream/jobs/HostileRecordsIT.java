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
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Twenty thousand malformed records among two thousand good ones stop nothing, none is lost or passed, and none stays in memory. */
@ExtendWith(SandboxExtension.class)
class HostileRecordsIT {
    private static final int GOOD = 2_000;
    private static final int HOSTILE_FOR_EACH = 10;
    private static final int ALL = GOOD * (1 + HOSTILE_FOR_EACH);
    private static final int PARTS = 4;

    /** What a part of the records may leave in the heap: 256 bytes each. */
    private static final long MAX_GROWTH = 256L * ALL / PARTS;

    /** Of each record; there from the start, so that it is no growth. */
    private final long[] offsets = new long[ALL];

    private final Set<String> good = new HashSet<>();
    private final List<HostileRecord> made = new ArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

    @Test
    void goodRecordsAreScoredOnceAndAllOthersPutAside(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            JobClient training = loop.submit(loop.training());
            loop.produceLabeled(Loop.samples().slice(0, 32));
            loop.awaitVersion(version -> true);
            training.cancel().get();
            JobClient scoring = loop.submit(loop.scoring());
            make(loop);

            List<Long> heaps = new ArrayList<>();
            for (int part = 0; part < PARTS; part++) {
                produce(loop, ALL * part / PARTS, ALL * (part + 1) / PARTS);
                heaps.add(heapAfterCollection());
            }

            // A pool that grows does so once or twice; what piles up grows in each part.
            assertThat(IntStream.range(1, PARTS).mapToLong(part -> heaps.get(part) - heaps.get(part - 1)))
                    .as("growth of the heap: %s", heaps)
                    .anyMatch(growth -> growth < MAX_GROWTH);
            assertRefusedForTheRightReason(loop.awaitRejected(1));
            assertScoredOnce(loop.awaitPredictions(GOOD));
            assertThat(loop.awaitRejected(1).size()
                            + loop.awaitPredictions(GOOD).size())
                    .isEqualTo(ALL);
            loop.flink().assertNeverFailed(scoring);
            assertThat(loop.flink().restarts(scoring)).isZero();
        }
    }

    private void make(Loop loop) throws Exception {
        List<byte[]> digits = new ArrayList<>();
        List<LabeledImage> images = new ArrayList<>();
        Loop.samples().slice(0, GOOD).forEach(images::add);
        images.forEach(image -> digits.add(image.getImage().getPixels().toByteArray()));
        HostileRecords hostile = new HostileRecords(1, digits);
        for (LabeledImage image : images) {
            good.add(image.getImage().getId());
            records.add(record(loop, image.getImage().toByteArray()));
            made.add(null);
            for (int i = 0; i < HOSTILE_FOR_EACH; i++) {
                made.add(hostile.next());
                records.add(record(loop, made.get(made.size() - 1).value()));
            }
        }
    }

    /** Returns when the job is through with them. */
    private void produce(Loop loop, int from, int to) throws Exception {
        List<Long> acknowledged = loop.produceAll(records.subList(from, to));
        for (int i = from; i < to; i++) {
            offsets[i] = acknowledged.get(i - from);
        }
        await().atMost(Loop.PATIENCE).until(() -> committed(loop), read -> read == to);
        // What chance decided is on either side: together they are all.
        await().atMost(Loop.PATIENCE)
                .until(() ->
                        loop.awaitRejected(1).size() + loop.awaitPredictions(1).size() >= to);
    }

    /** How many records the job has read by its last checkpoint. */
    private static long committed(Loop loop) throws Exception {
        try (Admin admin = Admin.create(
                Map.<String, Object>of("bootstrap.servers", loop.connections().kafka()))) {
            OffsetAndMetadata read = admin.listConsumerGroupOffsets(
                            loop.scoring().uniqueName())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(loop.topics().images(), 0));
            return read == null ? 0 : read.offset();
        }
    }

    /** Of everything in this JVM: the job, the servers, and this test's records, of which there are no more after {@link #make}. */
    private static long heapAfterCollection() {
        // What a checkpoint or a request holds that happens to run is gone in one of them.
        return IntStream.range(0, 5)
                .mapToLong(look -> {
                    System.gc();
                    return ManagementFactory.getMemoryMXBean()
                            .getHeapMemoryUsage()
                            .getUsed();
                })
                .min()
                .orElseThrow();
    }

    private static ProducerRecord<byte[], byte[]> record(Loop loop, byte[] value) {
        return new ProducerRecord<>(loop.topics().images(), "an enemy".getBytes(UTF_8), value);
    }

    private void assertRefusedForTheRightReason(List<Rejected> rejected) {
        Map<Long, HostileRecord> hostileByOffset = hostileByOffset();
        Set<Long> aside = new HashSet<>();
        for (Rejected one : rejected) {
            HostileRecord hostile = hostileByOffset.get(one.getOffset());
            assertThat(aside.add(one.getOffset())).as("put aside once").isTrue();
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
                (offset, hostile) -> assertThat(hostile.reasons().isEmpty() || aside.contains(offset))
                        .as("%s at %d was not put aside", hostile.kind(), offset)
                        .isTrue());
    }

    private Map<Long, HostileRecord> hostileByOffset() {
        Map<Long, HostileRecord> hostile = new HashMap<>();
        for (int i = 0; i < ALL; i++) {
            if (made.get(i) != null) {
                hostile.put(offsets[i], made.get(i));
            }
        }
        return hostile;
    }

    private void assertScoredOnce(List<Prediction> predictions) {
        Map<String, Integer> times = new HashMap<>();
        predictions.forEach(prediction -> times.merge(prediction.getId(), 1, Integer::sum));
        assertThat(times.keySet()).containsAll(good);
        good.forEach(id -> assertThat(times.get(id)).isEqualTo(1));
    }
}
