package io.inkstream.cli;

import io.inkstream.jobs.KafkaAccess;
import io.inkstream.jobs.RawRecords;
import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.training.NotRebuildableException;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Sample;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads from Kafka again what a version was trained on.
 *
 * <p>Partitions are taken from as unevenly as training did; one that runs ahead is paused, so that memory stays bounded.
 */
final class TrainedRecords implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int PATIENCE_MS = 10_000;
    /** Decoded samples that wait in each partition, before it is paused; 3 MB. */
    private static final int ROOM = 4_096;

    private final KafkaAccess access;
    private final KafkaConsumer<byte[], byte[]> kafka;
    private final Map<TopicPartition, Range> ranges = new HashMap<>();
    private double holdout;

    TrainedRecords(KafkaAccess access) {
        this.access = access;
        Map<String, Object> settings = access.settings(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_MS,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PATIENCE_MS));
        try {
            kafka = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    /**
     * Begins to read. The iterators that an earlier call gave are of no use any more.
     *
     * @param offsets of one topic
     * @param share of the images that is held out
     * @return for each partition the records of its range, in order; reading fails with {@link CliException}
     * @throws NotRebuildableException if Kafka does not hold all of the offsets, or not any more
     */
    Map<Integer, Iterator<Sample>> read(List<OffsetRange> offsets, double share) throws NotRebuildableException {
        ranges.clear();
        holdout = share;
        Map<Integer, Iterator<Sample>> samples = new TreeMap<>();
        for (OffsetRange range : offsets) {
            TopicPartition place = new TopicPartition(range.getTopic(), range.getPartition());
            ranges.put(place, new Range(place, range.getTo()));
            samples.put(range.getPartition(), ranges.get(place));
        }
        try {
            for (OffsetRange range : offsets) {
                requirePartition(range);
            }
            requireKept(offsets);
            kafka.assign(ranges.keySet());
            offsets.forEach(
                    range -> kafka.seek(new TopicPartition(range.getTopic(), range.getPartition()), range.getFrom()));
        } catch (KafkaException e) {
            throw unreachable(e);
        }
        return samples;
    }

    private void requirePartition(OffsetRange range) throws NotRebuildableException {
        boolean exists = kafka.partitionsFor(range.getTopic()).stream()
                .anyMatch(partition -> partition.partition() == range.getPartition());
        if (!exists) {
            throw new NotRebuildableException("Kafka at %s has no partition %s-%d"
                    .formatted(access.brokers(), range.getTopic(), range.getPartition()));
        }
    }

    private void requireKept(List<OffsetRange> offsets) throws NotRebuildableException {
        Map<TopicPartition, Long> first = kafka.beginningOffsets(ranges.keySet());
        Map<TopicPartition, Long> end = kafka.endOffsets(ranges.keySet());
        for (OffsetRange range : offsets) {
            TopicPartition place = new TopicPartition(range.getTopic(), range.getPartition());
            if (first.get(place) > range.getFrom()) {
                throw new NotRebuildableException(
                        "it was trained on the offsets from %d to %d of %s, and Kafka keeps those from %d on (retention)"
                                .formatted(range.getFrom(), range.getTo() - 1, place, first.get(place)));
            }
            if (end.get(place) < range.getTo()) {
                throw new NotRebuildableException(
                        "it was trained on the offsets from %d to %d of %s, which ends before %d: not the topic that it was"
                                .formatted(range.getFrom(), range.getTo() - 1, place, end.get(place)));
            }
        }
    }

    private void fetch() {
        List<TopicPartition> waiting = ranges.values().stream()
                .filter(Range::mustWait)
                .map(Range::place)
                .toList();
        kafka.resume(ranges.keySet());
        kafka.pause(waiting);
        for (ConsumerRecord<byte[], byte[]> record : kafka.poll(POLL)) {
            ranges.get(new TopicPartition(record.topic(), record.partition())).add(record);
        }
    }

    private CliException unreachable(KafkaException e) {
        return new CliException(KafkaTopics.unreachable(access) + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        kafka.close();
    }

    /** What is left to take of one partition. */
    private final class Range implements Iterator<Sample> {
        private final TopicPartition place;
        private final long to;
        private final Queue<Sample> queue = new ArrayDeque<>();

        Range(TopicPartition place, long to) {
            this.place = place;
            this.to = to;
        }

        TopicPartition place() {
            return place;
        }

        boolean mustWait() {
            return queue.size() >= ROOM || isReadToItsEnd();
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            if (record.offset() < to) {
                queue.add(Decoding.sample(RawRecords.incoming(record), holdout));
            }
        }

        /** By the position, as the last offsets may be markers of transactions and hold no record. */
        private boolean isReadToItsEnd() {
            return kafka.position(place) >= to;
        }

        @Override
        public boolean hasNext() {
            try {
                long position = kafka.position(place);
                long lastNews = System.nanoTime();
                while (queue.isEmpty() && !isReadToItsEnd()) {
                    fetch();
                    if (kafka.position(place) > position) {
                        position = kafka.position(place);
                        lastNews = System.nanoTime();
                    } else if (System.nanoTime() - lastNews
                            > Duration.ofMillis(PATIENCE_MS).toNanos()) {
                        throw new CliException("Kafka at %s gives nothing of %s after offset %d for %d s"
                                .formatted(access.brokers(), place, position, PATIENCE_MS / 1000));
                    }
                }
                return !queue.isEmpty();
            } catch (OffsetOutOfRangeException e) {
                throw new CliException(place + ": Kafka deleted records (retention) while they were read", e);
            } catch (KafkaException e) {
                throw unreachable(e);
            }
        }

        @Override
        public Sample next() {
            if (!hasNext()) {
                throw new NoSuchElementException(place + " has been read up to " + to);
            }
            return queue.remove();
        }
    }
}
