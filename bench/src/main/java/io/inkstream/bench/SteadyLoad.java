package io.inkstream.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends images at a rate of its own, from a thread of its own, whatever becomes of them.
 *
 * <p>The images are numbered from 0: the number is an image's id, and its remainder its source. An image says that it was
 * captured when it was due, not when it was sent: so a latency counted from there includes the time for which a pause of
 * this very process has kept the producer from sending it.
 */
final class SteadyLoad implements AutoCloseable {
    private static final long CLOSE_LIMIT_MS = 5_000;

    private final Digits digits;
    private final int sources;
    private final String topic;
    private final long periodNanos;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread = new Thread(this::run, "bench-load");
    private final AtomicReference<Exception> failed = new AtomicReference<>();
    private volatile boolean stopped;
    /** Changed by the thread, and read when that has ended. */
    private long sent;

    /** @param rate images a second, of all sources together */
    SteadyLoad(Digits digits, String kafka, String topic, int rate, int sources) {
        this.digits = digits;
        this.sources = sources;
        this.topic = topic;
        this.periodNanos = 1_000_000_000L / rate;
        // Kafka's clients otherwise wait for more to send together.
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long due = now();
        while (!stopped) {
            long wait = due - now();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            } else {
                send(due);
                due += periodNanos;
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears what went wrong
    private void send(long due) {
        Image image = Image.newBuilder()
                .setId(Long.toString(sent))
                .setSource("source-" + sent % sources)
                .setWidth(28)
                .setHeight(28)
                .setEncoding(Encoding.GRAY8)
                .setPixels(ByteString.copyFrom(pixels(sent)))
                .setCaptured(Timestamps.fromNanos(due))
                .build();
        byte[] key = image.getSource().getBytes(StandardCharsets.UTF_8);
        producer.send(
                new ProducerRecord<>(topic, key, image.toByteArray()),
                (written, failure) -> failed.compareAndSet(null, failure));
        sent++;
    }

    /** Of the image with that number. */
    byte[] pixels(long number) {
        return digits.image((int) (number % digits.size()));
    }

    /** Ends the load, and returns how many images Kafka has. */
    long stop() throws Exception {
        stopped = true;
        thread.join();
        producer.flush();
        if (failed.get() != null) {
            throw failed.get();
        }
        return sent;
    }

    /** The clock of all timestamps here, in nanoseconds since the epoch; on Linux it steps in less than a microsecond. */
    static long now() {
        return Instant.EPOCH.until(Instant.now(), ChronoUnit.NANOS);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(CLOSE_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofMillis(CLOSE_LIMIT_MS));
    }
}
