package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.RejectionReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many images whose labels come late and in any order, while TaskManagers are lost, judged by a {@link LabelLedger}. {@code
 * -Dinkstream.images=200000} is the long form.
 */
@ExtendWith(SandboxExtension.class)
@Timeout(900)
class LateLabelsIT {
    private static final int IMAGES = Integer.getInteger("inkstream.images", 20_000);
    private static final int KILLS = 2;
    private static final int PARTITIONS = 2;
    private static final long SEED = 20_261_125;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final List<LabeledImage> trained = new ArrayList<>();
    private final Set<String> images = new HashSet<>();

    @Test
    void eachMatchIsTrainedOnceAndCountedAsItStands(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox, 1, PARTITIONS)) {
            LateLabels late = new LateLabels(sandbox, loop, PARTITIONS);
            // So that all is older than what is remembered, once time goes on to now.
            long start = System.currentTimeMillis() - Duration.ofHours(3).toMillis();
            LateTraffic traffic = new LateTraffic(loop, IMAGES, PARTITIONS, start);
            JobClient job =
                    late.submit(late.options().withParallelism(PARTITIONS).withLabelTtl(Duration.ofHours(1)));
            try (KafkaConsumer<byte[], byte[]> training =
                    late.committed(loop.topics().training(), 1)) {
                CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> traffic.send(SEED));
                for (int kill = 1; kill <= KILLS; kill++) {
                    readUpTo(IMAGES / 2 * kill / KILLS, training);
                    sandbox.killTaskManager();
                    sandbox.startTaskManager();
                }
                sending.get();
                readUpTo(ledger(late, loop.topics()).matches(), training);
                Map<String, Long> before = counts();
                readAgain(traffic.sendCorrections(), before, training);
                LabelLedger ledger = ledger(late, loop.topics());
                assertThat(ledger.strange()).isPositive();

                traffic.sendTime(System.currentTimeMillis());
                assertPutAside(late, loop.topics(), ledger);
                assertCounted(late, ledger);
                // The three sinks commit one after the other.
                await().atMost(Loop.PATIENCE).untilAsserted(() -> {
                    poll(training);
                    assertThat(ledger.violations(trained)).isEmpty();
                });
            }
            await().atMost(Loop.PATIENCE).until(() -> loop.flink().hasFailed(job));
        }
    }

    private static LabelLedger ledger(LateLabels late, Topics topics) throws Exception {
        LabelLedger ledger = new LabelLedger();
        for (ConsumerRecord<byte[], byte[]> image : all(late, topics.images(), PARTITIONS)) {
            ledger.image(image);
        }
        all(late, topics.predictions(), PARTITIONS).forEach(ledger::prediction);
        for (ConsumerRecord<byte[], byte[]> label : all(late, topics.labels(), PARTITIONS)) {
            ledger.label(label);
        }
        return ledger;
    }

    private static List<ConsumerRecord<byte[], byte[]>> all(LateLabels late, String topic, int partitions) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = late.committed(topic, partitions)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return records;
    }

    /** Until so many images were trained at least once. */
    private void readUpTo(int matches, KafkaConsumer<byte[], byte[]> training) {
        await().atMost(PATIENCE).until(() -> {
            poll(training);
            return images.size() >= matches;
        });
    }

    /** Until each of these was trained once more. */
    private void readAgain(List<String> ids, Map<String, Long> before, KafkaConsumer<byte[], byte[]> training) {
        await().atMost(PATIENCE).until(() -> {
            poll(training);
            Map<String, Long> now = counts();
            return ids.stream().allMatch(id -> now.get(id) > before.get(id));
        });
    }

    private Map<String, Long> counts() {
        return trained.stream()
                .collect(Collectors.groupingBy(image -> image.getImage().getId(), Collectors.counting()));
    }

    private void poll(KafkaConsumer<byte[], byte[]> training) throws Exception {
        for (ConsumerRecord<byte[], byte[]> record : training.poll(Duration.ofMillis(200))) {
            LabeledImage image = LabeledImage.parseFrom(record.value());
            assertThat(new String(record.key(), UTF_8))
                    .isEqualTo(image.getImage().getSource());
            trained.add(image);
            images.add(image.getImage().getId());
        }
    }

    private static void assertCounted(LateLabels late, LabelLedger ledger) {
        Map<Long, LabelLedger.Confusions> expected = ledger.confusions();
        assertThat(expected).hasSize(LateTraffic.VERSIONS);
        Map<Long, LiveEvaluation> evaluations = late.awaitEvaluations(latest -> agree(latest, expected));
        assertThat(evaluations).hasSameSizeAs(expected);
    }

    private static boolean agree(Map<Long, LiveEvaluation> latest, Map<Long, LabelLedger.Confusions> expected) {
        return expected.entrySet().stream().allMatch(version -> {
            LiveEvaluation evaluation = latest.getOrDefault(version.getKey(), LiveEvaluation.getDefaultInstance());
            return is(evaluation.getTotal(), version.getValue().all())
                    && is(evaluation.getRandomAudit(), version.getValue().fair());
        });
    }

    private static boolean is(Confusion confusion, List<Long> counts) {
        return confusion.getCountsList().equals(counts);
    }

    /** Each label without an image, once; and what is no label. */
    private static void assertPutAside(LateLabels late, Topics topics, LabelLedger ledger) throws Exception {
        Map<String, Integer> without = ledger.withoutImage();
        assertThat(without).isNotEmpty();
        List<Rejected> rejected = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = late.committed(topics.rejected(), 1)) {
            await().atMost(PATIENCE).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    rejected.add(Rejected.parseFrom(record.value()));
                }
                return rejected.size() >= without.size() + PARTITIONS;
            });
        }
        Map<RejectionReason, Integer> reasons = new HashMap<>();
        rejected.forEach(record -> reasons.merge(record.getReason(), 1, Integer::sum));
        assertThat(reasons)
                .isEqualTo(Map.of(
                        RejectionReason.LABEL_WITHOUT_IMAGE, without.size(), RejectionReason.MALFORMED, PARTITIONS));
        assertThat(rejected.stream().map(Rejected::getOffset).distinct().count())
                .isGreaterThan(without.size() / PARTITIONS);
    }
}
