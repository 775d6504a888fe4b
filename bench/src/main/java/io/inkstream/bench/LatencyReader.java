package io.inkstream.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic as it grows, in a thread of its own, and notes how old each record's image is when it is here. */
final class LatencyReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_SECONDS = 60;
    private static final int FIRST = 1 << 16;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Captured captured;
    private final Thread thread = new Thread(this::run, "bench-reader");
    private final AtomicReference<Exception> failed = new AtomicReference<>();
    private volatile boolean stopped;
    /** Written by the thread alone; what stands before {@link #read} stays as it is. */
    private volatile long[] due = new long[FIRST];

    private volatile long[] nanos = new long[FIRST];
    private volatile int read;

    /** When the image of a record was due, in protobuf. */
    @FunctionalInterface
    interface Captured {
        Timestamp of(byte[] value) throws InvalidProtocolBufferException;
    }

    /** Reads what comes from now on. */
    LatencyReader(String kafka, String topic, boolean committedOnly, Captured captured) {
        this.captured = captured;
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka,
                        "isolation.level",
                        committedOnly ? "read_committed" : "read_uncommitted"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (consumer) {
            while (!stopped) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                long now = SteadyLoad.now();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    note(Timestamps.toNanos(captured.of(record.value())), now);
                }
            }
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            failed.set(e);
        }
    }

    private void note(long dueAt, long now) {
        int n = read;
        if (n == due.length) {
            due = Arrays.copyOf(due, 2 * n);
            nanos = Arrays.copyOf(nanos, 2 * n);
        }
        due[n] = dueAt;
        nanos[n] = now - dueAt;
        read = n + 1;
    }

    /** How many records have come. */
    int read() {
        return read;
    }

    /** Waits until so many have come. */
    void await(long count) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (read < count) {
            if (failed.get() != null) {
                throw failed.get();
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("%d of %d records came in %d s after the last was sent"
                        .formatted(read, count, PATIENCE_SECONDS));
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    /** Of those images that were due from then on. */
    Percentiles latency(long from) {
        int n = read;
        long[] at = due;
        long[] taken = nanos;
        long[] counted = new long[n];
        int size = 0;
        for (int i = 0; i < n; i++) {
            if (at[i] >= from) {
                counted[size++] = taken[i];
            }
        }
        return Percentiles.ofNanos(Arrays.copyOf(counted, size));
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
