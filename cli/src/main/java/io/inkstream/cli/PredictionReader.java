package io.inkstream.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.jobs.PredictionFormat;
import io.inkstream.schemas.v1.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the committed predictions of a topic; belongs to no consumer group and so leaves nothing behind in Kafka. */
final class PredictionReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> kafka;

    /** Its place is settled when this returns: what is committed later is read, also where it begins at the end. */
    PredictionReader(KafkaAccess access, String topic, boolean fromBeginning) throws InterruptedException {
        Map<String, Object> settings = access.settings(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"));
        kafka = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> partitions = kafka.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            kafka.assign(partitions);
            if (fromBeginning) {
                kafka.seekToBeginning(partitions);
            } else {
                kafka.seekToEnd(partitions);
            }
            partitions.forEach(kafka::position);
        } catch (KafkaException e) {
            close();
            throw failed(e);
        }
    }

    /**
     * Hands on predictions until {@code wantsMore} returns false, or none has come for {@code idleLimit}.
     *
     * @return whether it ended because none came
     * @throws CliException if a record is no prediction, or Kafka fails
     */
    boolean readWhile(Predicate<Prediction> wantsMore, Optional<Duration> idleLimit) throws InterruptedException {
        long last = System.nanoTime();
        try {
            while (idleLimit.isEmpty()
                    || System.nanoTime() - last < idleLimit.get().toNanos()) {
                for (ConsumerRecord<byte[], byte[]> record : kafka.poll(POLL)) {
                    if (!wantsMore.test(prediction(record))) {
                        return false;
                    }
                    last = System.nanoTime();
                }
            }
            return true;
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    /** Of either format that a scoring job may write. */
    static Prediction prediction(ConsumerRecord<byte[], byte[]> record) {
        try {
            return PredictionFormat.read(record.value() == null ? new byte[0] : record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new CliException(
                    "the record at %s-%d, offset %d, is no prediction; something else writes to this topic"
                            .formatted(record.topic(), record.partition(), record.offset()),
                    e);
        }
    }

    /** What to throw: InterruptedException for Kafka's unchecked form of it. */
    private static CliException failed(KafkaException e) throws InterruptedException {
        if (e instanceof InterruptException) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException("interrupted while reading").initCause(e);
        }
        return new CliException("cannot read predictions: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        kafka.close();
    }
}
