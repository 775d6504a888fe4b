package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Prediction;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many images of many sources, while TaskManagers are lost. {@code -Dinkstream.images=1000000} is the long form.
 *
 * <p>An image's id is its number among its source's: what must come out, and in which order, is known for each source.
 */
@ExtendWith(SandboxExtension.class)
@Timeout(900)
class ManyImagesIT {
    private static final int IMAGES = Integer.getInteger("inkstream.images", 200_000);
    private static final int KILLS = 3;
    private static final int PARTITIONS = 2;
    private static final long SEED = 20_261_124;

    /** For each source how many predictions there were. */
    private final Map<String, Long> predicted = new HashMap<>();

    private long read;

    @Test
    void eachIsPredictedOnceAndInItsSourcesOrderWhileTaskManagersAreLost(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox, 1, PARTITIONS);
                Flood flood = new Flood(loop, IMAGES, SEED);
                KafkaConsumer<byte[], byte[]> consumer = committed(loop)) {
            loop.produceLabeled(Loop.samples().slice(0, 320));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            JobClient job = loop.submit(loop.scoring().withParallelism(PARTITIONS));
            flood.start();

            Random random = new Random(SEED);
            for (int kill = 0; kill < KILLS; kill++) {
                readUpTo((kill + random.nextDouble()) * IMAGES / KILLS, consumer);
                sandbox.killTaskManager();
                sandbox.startTaskManager();
            }
            readUpTo(IMAGES, consumer);

            assertThat(predicted).isEqualTo(flood.sent());
            await().atMost(Loop.PATIENCE).until(() -> loop.flink().hasFailed(job));
        }
    }

    private void readUpTo(double count, KafkaConsumer<byte[], byte[]> consumer) throws Exception {
        while (read < count) {
            await().atMost(Loop.PATIENCE).until(() -> poll(consumer), some -> some > 0);
        }
    }

    /** Checks what has come, and returns how many. */
    private int poll(KafkaConsumer<byte[], byte[]> consumer) throws Exception {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Prediction prediction = Prediction.parseFrom(record.value());
            long sequence = predicted.merge(prediction.getSource(), 1L, Long::sum);
            assertThat(prediction.getSequence()).isEqualTo(sequence);
            assertThat(prediction.getId()).isEqualTo(Long.toString(sequence));
        }
        read += records.count();
        return records.count();
    }

    private static KafkaConsumer<byte[], byte[]> committed(Loop loop) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", loop.connections().kafka(), "isolation.level", Traffic.COMMITTED),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(loop.topics().predictions(), partition))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }
}
