package io.inkstream.jobs;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the first partition of a topic from its beginning. */
final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private TopicReader() {}

    /** All records, once there are at least so many; what is there in excess is what a test wants to see. */
    static List<ConsumerRecord<byte[], byte[]>> awaitRecords(
            Map<String, Object> kafka, String topic, int atLeast, String isolation) {
        Properties settings = new Properties();
        settings.putAll(kafka);
        settings.put("isolation.level", isolation);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            await().atMost(Loop.PATIENCE).until(() -> {
                consumer.poll(POLL).forEach(records::add);
                return records.size() >= atLeast;
            });
            long end = consumer.endOffsets(partitions).get(partitions.get(0));
            await().atMost(Loop.PATIENCE).until(() -> {
                consumer.poll(POLL).forEach(records::add);
                return consumer.position(partitions.get(0)) >= end;
            });
            return records;
        }
    }
}
