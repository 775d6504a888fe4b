package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.jobs.KafkaAccess;
import io.inkstream.schemas.v1.LabeledImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the images of one data set to the topic of training, each exactly once, whoever dies in between.
 *
 * <p>Images and how many of them there are so far are committed in one transaction: the count as the offset of a consumer
 * group of the batch's own. The transactional id is the batch's, too, so that of two gateways that both think that they own
 * it, Kafka listens to the later one only. Memory is bounded by the producer's buffer, which waits for Kafka when it is full.
 */
final class BatchProducer implements AutoCloseable {
    private static final int TRANSACTION_TIMEOUT_MS = 60_000;
    private static final int BUFFER_BYTES = 8 << 20;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final KafkaAccess access;
    private final String topic;
    private final String group;
    private final KafkaProducer<byte[], byte[]> kafka;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private BatchProgress progress = BatchProgress.NOTHING;
    private ConsumerGroupMetadata owner;

    /** @param name of the batch among all batches of all models: transactional id and consumer group */
    BatchProducer(KafkaAccess access, String topic, String name) {
        this.access = access;
        this.topic = topic;
        this.group = name;
        Map<String, Object> settings = access.producerSettings();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 17);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        kafka = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Shuts out whoever sent this batch before, and finds out how far that one came.
     *
     * @throws KafkaException where Kafka does not answer
     */
    BatchProgress begin() {
        kafka.initTransactions();
        Map<String, Object> settings = access.settings(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                // Waits for what a transaction that was just ended may still write.
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            progress = BatchProgress.of(consumer.committed(Set.of(place())).get(place()));
            owner = consumer.groupMetadata();
        }
        kafka.beginTransaction();
        return progress;
    }

    private TopicPartition place() {
        return new TopicPartition(topic, 0);
    }

    /** Waits where Kafka is slow. */
    void send(LabeledImage image) {
        byte[] key = image.getImage().getSource().getBytes(UTF_8);
        sent.add(kafka.send(new ProducerRecord<>(topic, key, image.toByteArray())));
    }

    /** How many images the transaction has. */
    int pending() {
        return sent.size();
    }

    /**
     * Makes what was sent since the last time, and its number, part of Kafka at once.
     *
     * @throws KafkaException where that failed, or may have failed: begin again with another producer
     */
    BatchProgress commit() throws InterruptedException {
        kafka.flush();
        BatchProgress next = progress.and(acknowledged());
        kafka.sendOffsetsToTransaction(Map.of(place(), next.toCommit()), owner);
        kafka.commitTransaction();
        kafka.beginTransaction();
        sent.clear();
        progress = next;
        return next;
    }

    private List<RecordMetadata> acknowledged() throws InterruptedException {
        List<RecordMetadata> records = new ArrayList<>(sent.size());
        for (Future<RecordMetadata> record : sent) {
            try {
                records.add(record.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e.getCause());
            }
        }
        return records;
    }

    /** What is not committed is as if it had never been sent. */
    @Override
    public void close() {
        kafka.close(CLOSE_PATIENCE);
    }
}
