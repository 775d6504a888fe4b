package io.inkstream.jobs.chaos;

import static java.util.Comparator.naturalOrder;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads committed predictions all the time, and notes when those of images of which time came. */
@SuppressWarnings("try") // close() may throw InterruptedException, which whoever closes it wants to see
final class PredictionWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    /** For each partition, by the time of the newest image so far: when its prediction was seen. */
    private final Map<Integer, NavigableMap<Instant, Instant>> seen = new ConcurrentHashMap<>();

    private final Thread thread = new Thread(this::read, "prediction watch");
    private final AtomicLong count = new AtomicLong();
    private volatile boolean closed;

    PredictionWatch(String kafka, String topic, int partitions) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", kafka, "isolation.level", "read_committed", "reconnect.backoff.max.ms", 500);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        this.partitions.forEach(partition -> seen.put(partition.partition(), new ConcurrentSkipListMap<>()));
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (consumer) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) {
                consumer.poll(POLL).forEach(this::note);
            }
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        Instant captured = captured(record);
        count.incrementAndGet();
        NavigableMap<Instant, Instant> times = seen.get(record.partition());
        if (times.isEmpty() || captured.isAfter(times.lastKey())) {
            times.put(captured, Instant.now());
        }
    }

    private static Instant captured(ConsumerRecord<byte[], byte[]> record) {
        try {
            Prediction prediction = Prediction.parseFrom(record.value());
            return Instant.ofEpochMilli(Timestamps.toMillis(prediction.getCaptured()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("no prediction at offset " + record.offset(), e);
        }
    }

    /**
     * When predictions flowed again in every partition: those of images that were made later than that.
     *
     * @return empty where that is not so yet
     */
    Optional<Instant> flowedAfter(Instant moment) {
        if (!thread.isAlive()) {
            throw new IllegalStateException("nobody watches any more");
        }
        List<Optional<Instant>> times = seen.values().stream()
                .map(partition ->
                        Optional.ofNullable(partition.higherEntry(moment)).map(Map.Entry::getValue))
                .toList();
        return times.stream().allMatch(Optional::isPresent)
                ? times.stream().map(Optional::get).max(naturalOrder())
                : Optional.empty();
    }

    /** How many predictions there have been. */
    long count() {
        return count.get();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
