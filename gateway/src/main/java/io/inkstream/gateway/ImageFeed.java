package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads images to be shown to people, only while somebody looks on, and only some where there are many: where a whole batch
 * waits, the rest is left out.
 */
final class ImageFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFeed.class);
    private static final int BATCH = 16;
    /** A digit needs a tenth of it. */
    private static final int LARGEST = 16 << 10;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PAUSE_MS = 500;
    private static final long LOOK_FOR_PARTITIONS = TimeUnit.SECONDS.toNanos(60);
    private static final long CLOSE_PATIENCE_MS = 5_000;

    private final KafkaAccess access;
    private final String topic;
    private final BooleanSupplier wanted;
    private final BiConsumer<String, JsonObject> listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "inkstream-gateway-images");
    private boolean failing;

    /**
     * @param wanted whether anybody looks on
     * @param listener gets an image's id and its picture
     */
    ImageFeed(KafkaAccess access, String topic, BooleanSupplier wanted, BiConsumer<String, JsonObject> listener) {
        this.access = access;
        this.topic = topic;
        this.wanted = wanted;
        this.listener = listener;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
                if (wanted.getAsBoolean()) {
                    read();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() throws InterruptedException {
        try (KafkaConsumer<byte[], byte[]> kafka = new KafkaConsumer<>(
                access.settings(settings()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            long looked = assign(kafka);
            while (wanted.getAsBoolean() && System.nanoTime() - looked < LOOK_FOR_PARTITIONS) {
                ConsumerRecords<byte[], byte[]> records = kafka.poll(POLL);
                records.forEach(this::take);
                if (closed.await(records.count() < BATCH ? 0 : PAUSE_MS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                if (records.count() >= BATCH) {
                    kafka.seekToEnd(kafka.assignment());
                }
            }
            failing = false;
        } catch (KafkaException e) {
            if (!failing) {
                LOG.warn("cannot read {} to show images, trying again", topic, e);
            }
            failing = true;
        }
    }

    private static Map<String, Object> settings() {
        return Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "inkstream-gateway-images",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "latest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                BATCH,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                1 << 17,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                5_000,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000);
    }

    private long assign(KafkaConsumer<byte[], byte[]> kafka) {
        List<TopicPartition> partitions = kafka.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no topic " + topic);
        }
        kafka.assign(partitions);
        kafka.seekToEnd(partitions);
        return System.nanoTime();
    }

    /** What is no image is the scoring job's to refuse. */
    private void take(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        if (value == null || value.length > LARGEST) {
            return;
        }
        if (ImageRequest.isPicture(value)) {
            Header id = record.headers().lastHeader("id");
            listener.accept(id == null ? place(record) : new String(id.value(), UTF_8), compressed(value));
            return;
        }
        try {
            Image image = Image.parseFrom(value);
            String id = image.getId().isEmpty() ? place(record) : image.getId();
            picture(image).ifPresent(picture -> listener.accept(id, picture));
        } catch (InvalidProtocolBufferException e) {
            LOG.debug("no image at {}", place(record), e);
        }
    }

    /** As the scoring job names what has no name. */
    private static String place(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + "-" + record.partition() + "-" + record.offset();
    }

    private static Optional<JsonObject> picture(Image image) {
        byte[] bytes = image.getPixels().toByteArray();
        if (image.getEncoding() == Encoding.GRAY8) {
            return (long) image.getWidth() * image.getHeight() == bytes.length
                    ? Optional.of(gray(image, bytes))
                    : Optional.empty();
        }
        return ImageRequest.isPicture(bytes) ? Optional.of(compressed(bytes)) : Optional.empty();
    }

    private static JsonObject gray(Image image, byte[] bytes) {
        JsonObject picture = new JsonObject();
        picture.addProperty("width", image.getWidth());
        picture.addProperty("height", image.getHeight());
        picture.addProperty("gray", Base64.getEncoder().encodeToString(bytes));
        return picture;
    }

    private static JsonObject compressed(byte[] bytes) {
        JsonObject picture = new JsonObject();
        picture.addProperty("type", ImageRequest.isPng(bytes) ? "image/png" : "image/jpeg");
        picture.addProperty("data", Base64.getEncoder().encodeToString(bytes));
        return picture;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            // Kafka's client closes better when it is not interrupted.
            thread.join(CLOSE_PATIENCE_MS);
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
