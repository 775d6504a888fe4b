package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetIterator;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.schemas.v1.LabeledImage;
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
 * Sends data sets to a topic, each image once and in order.
 *
 * <p>The producer is idempotent and waits for all replicas. The first image that Kafka refuses ends the sending. Not for
 * use by several threads at once; interrupt the sending thread to stop it.
 */
final class ImageProducer implements AutoCloseable {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final KafkaAccess access;
    private final KafkaProducer<String, byte[]> kafka;

    /**
     * Does not connect yet; see {@link KafkaTopics#require} for an answer within seconds.
     *
     * @param more further settings of the Kafka producer, which come first; may be empty
     */
    ImageProducer(KafkaAccess access, Map<String, Object> more) {
        this.access = access;
        Map<String, Object> settings = access.settings();
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
     * @param images that Kafka has acknowledged
     * @param bytes of their values, before compression
     */
    record Sent(long images, long bytes, Duration elapsed) {}

    /**
     * Sends the whole data set, {@link SendOptions#repeat} times, and returns when Kafka has acknowledged everything.
     *
     * @param acknowledged hears now and then, from this thread, how many images Kafka has acknowledged so far
     * @throws CliException if Kafka refuses an image or cannot be reached; what was sent before stays sent
     * @throws io.inkstream.datasets.DatasetException if the data set cannot be read
     * @throws InterruptedException if the thread was interrupted; what was sent before stays sent
     */
    Sent send(Dataset dataset, SendOptions options, LongConsumer acknowledged) throws InterruptedException {
        Sending sending = new Sending(options, acknowledged);
        try {
            for (int pass = 1; pass <= options.repeat(); pass++) {
                try (DatasetIterator images = dataset.iterator()) {
                    while (images.hasNext()) {
                        sending.send(images.next(), pass);
                    }
                }
            }
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
    private final class Sending {
        private final SendOptions options;
        private final LongConsumer listener;
        private final long start = System.nanoTime();
        private final AtomicLong acknowledged = new AtomicLong();
        private final AtomicReference<Exception> failure = new AtomicReference<>();
        private long sent;
        private long bytes;

        Sending(SendOptions options, LongConsumer listener) {
            this.options = options;
            this.listener = listener;
        }

        void send(LabeledImage image, int pass) throws InterruptedException {
            awaitTurn();
            throwIfFailed();
            String source = options.source(sent);
            byte[] value = options.value(image, source, pass);
            bytes += value.length;
            sent++;
            try {
                // The callback hears the result.
                Future<RecordMetadata> unused =
                        kafka.send(new ProducerRecord<>(options.topic(), source, value), (metadata, e) -> count(e));
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

        /** Image n is due n / rate seconds after the start, so that a pause is caught up with. */
        private void awaitTurn() throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while sending");
            }
            if (options.rate().isPresent()) {
                long due = start + (long) (sent / options.rate().getAsDouble() * 1e9);
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            }
        }

        Sent finish() {
            kafka.flush();
            throwIfFailed();
            listener.accept(acknowledged.get());
            return new Sent(acknowledged.get(), bytes, Duration.ofNanos(System.nanoTime() - start));
        }

        private void throwIfFailed() {
            Exception refused = failure.get();
            if (refused != null) {
                throw new CliException(
                        "Kafka at %s did not take an image for %s, after %d were acknowledged: %s"
                                .formatted(access.brokers(), options.topic(), acknowledged.get(), refused.getMessage()),
                        refused);
            }
        }
    }
}
