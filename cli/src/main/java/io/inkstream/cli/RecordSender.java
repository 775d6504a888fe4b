package io.inkstream.cli;

import io.inkstream.jobs.KafkaAccess;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends records to a topic, each once and in order.
 *
 * <p>The producer is idempotent and waits for all replicas. The first record that Kafka refuses ends the sending. Not for
 * use by several threads at once; interrupt the sending thread to stop it.
 */
final class RecordSender implements AutoCloseable {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final KafkaAccess access;
    private final String what;
    private final KafkaProducer<String, byte[]> kafka;

    /**
     * Does not connect yet; see {@link KafkaTopics#require} for an answer within seconds.
     *
     * @param more further settings of the Kafka producer, which come first; may be empty
     * @param what a record is, with its article
     */
    RecordSender(KafkaAccess access, Map<String, Object> more, String what) {
        this.access = access;
        this.what = what;
        Map<String, Object> settings = access.producerSettings();
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 17);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        settings.putAll(more);
        kafka = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * What was sent.
     *
     * @param records that Kafka has acknowledged
     * @param bytes of their values, before compression
     */
    record Sent(long records, long bytes, Duration elapsed) {}

    /** What sends the records, one after the other. */
    interface Work {
        void sendTo(Sending sending) throws InterruptedException;
    }

    /**
     * Returns when {@code work} is done and Kafka has acknowledged everything.
     *
     * @param acknowledged hears now and then, from this thread, how many records Kafka has acknowledged so far
     * @throws CliException if Kafka refuses a record or cannot be reached; what was sent before stays sent
     * @throws InterruptedException if the thread was interrupted; what was sent before stays sent
     */
    Sent send(String topic, LongConsumer acknowledged, Work work) throws InterruptedException {
        Sending sending = new Sending(topic, acknowledged);
        try {
            work.sendTo(sending);
            return sending.finish();
        } catch (InterruptException e) {
            // Kafka sets the flag again; the exception carries it.
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException("interrupted while sending").initCause(e);
        }
    }

    /** Waits for what is on its way, at most 10 s. */
    @Override
    public void close() {
        kafka.close(CLOSE_PATIENCE);
    }

    /** One call of {@link #send}: its pace and its counts. */
    final class Sending {
        private final String topic;
        private final LongConsumer listener;
        private final long start = System.nanoTime();
        private final AtomicLong acknowledged = new AtomicLong();
        private final AtomicReference<Exception> failure = new AtomicReference<>();
        private long sent;
        private long bytes;

        private Sending(String topic, LongConsumer listener) {
            this.topic = topic;
            this.listener = listener;
        }

        /** How many records were handed to Kafka so far. */
        long sent() {
            return sent;
        }

        /** Returns when so much time has passed since the start; who is late catches up. */
        void awaitTurn(long nanosSinceStart) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while sending");
            }
            TimeUnit.NANOSECONDS.sleep(start + nanosSinceStart - System.nanoTime());
        }

        void send(String key, byte[] value) throws InterruptedException {
            awaitTurn(0);
            throwIfFailed();
            bytes += value.length;
            sent++;
            try {
                // The callback hears the result.
                Future<RecordMetadata> unused =
                        kafka.send(new ProducerRecord<>(topic, key, value), (metadata, e) -> count(e));
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                failure.compareAndSet(null, e);
                throwIfFailed();
            }
            listener.accept(acknowledged.get());
        }

        private void count(Exception refused) {
            if (refused == null) {
                acknowledged.incrementAndGet();
            } else {
                failure.compareAndSet(null, refused);
            }
        }

        private Sent finish() {
            kafka.flush();
            throwIfFailed();
            listener.accept(acknowledged.get());
            return new Sent(acknowledged.get(), bytes, Duration.ofNanos(System.nanoTime() - start));
        }

        private void throwIfFailed() {
            Exception refused = failure.get();
            if (refused != null) {
                throw new CliException(
                        "Kafka at %s did not take %s for %s, after %d were acknowledged: %s"
                                .formatted(access.brokers(), what, topic, acknowledged.get(), refused.getMessage()),
                        refused);
            }
        }
    }
}
