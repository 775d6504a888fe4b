package io.inkstream.jobs.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records at a steady rate from a thread of its own. A broker that is away delays them: they are sent until it has
 * acknowledged them, each once and in order.
 */
final class Load implements AutoCloseable {
    private static final int PERIOD_MS = 20;
    /** Nothing that is done to Kafka lasts as long. */
    private static final int PATIENCE_MS = 600_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Supplier<ProducerRecord<byte[], byte[]>> next;
    private final int atOnce;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicReference<Exception> failed = new AtomicReference<>();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private long sent;

    private Load(String kafka, int perSecond, Supplier<ProducerRecord<byte[], byte[]>> next) {
        this.next = next;
        this.atOnce = Math.max(1, perSecond * PERIOD_MS / 1_000);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                kafka,
                "enable.idempotence",
                true,
                "delivery.timeout.ms",
                PATIENCE_MS,
                "max.block.ms",
                PATIENCE_MS,
                "request.timeout.ms",
                5_000,
                "reconnect.backoff.max.ms",
                500);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // were it to end early, no prediction would come, and one is waited for
    static Load start(String kafka, int perSecond, Supplier<ProducerRecord<byte[], byte[]>> next) {
        Load load = new Load(kafka, perSecond, next);
        // Not at a fixed rate: after an outage there is no need to make up for it.
        load.thread.scheduleWithFixedDelay(() -> load.send(load.atOnce), 0, PERIOD_MS, TimeUnit.MILLISECONDS);
        return load;
    }

    private void send(int records) {
        for (int i = 0; i < records; i++) {
            send(next.get());
            sent++;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears what went wrong
    private void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (written, failure) -> {
            if (failure == null) {
                acknowledged.merge(new String(record.key(), UTF_8), 1L, Long::sum);
            } else {
                failed.compareAndSet(null, failure);
            }
        });
    }

    /**
     * Ends it.
     *
     * @param multiple so many records, or a multiple of that, there will have been
     * @return for each key how many Kafka has acknowledged: all that were sent
     */
    Map<String, Long> stop(int multiple) throws Exception {
        endThread();
        send((int) Math.floorMod(-sent, (long) multiple));
        producer.flush();
        if (failed.get() != null) {
            throw failed.get();
        }
        Map<String, Long> counts = new HashMap<>(acknowledged);
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        if (all != sent) {
            throw new IllegalStateException("%d records were sent and %d acknowledged".formatted(sent, all));
        }
        return counts;
    }

    private void endThread() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("Kafka takes no more records");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        producer.close();
    }
}
