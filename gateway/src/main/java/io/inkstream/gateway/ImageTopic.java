package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.jobs.KafkaAccess;
import io.inkstream.schemas.v1.Image;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends images to be scored, one by one and at once; gives up in seconds, as somebody waits. */
final class ImageTopic implements AutoCloseable {
    /** All of a gateway's sources begin with it; none of a user's should. */
    static final String SOURCE = "gateway-";

    /** Enough that they spread over the partitions; few, as the job remembers each. */
    private static final int SOURCES = 64;

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final String topic;
    private final KafkaProducer<byte[], byte[]> kafka;
    private final Outcomes outcomes;

    ImageTopic(KafkaAccess access, String topic, Outcomes outcomes) {
        this.topic = topic;
        this.outcomes = outcomes;
        Map<String, Object> settings = access.producerSettings();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "inkstream-gateway-images");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 4_000);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1 << 20);
        kafka = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What becomes of it is told by the outcomes; here it is known before the image leaves. */
    CompletableFuture<Outcome> send(Image image) {
        String id = image.getId();
        CompletableFuture<Outcome> outcome = outcomes.expect(id);
        String source = SOURCE + Math.floorMod(id.hashCode(), SOURCES);
        byte[] value = image.toBuilder().setSource(source).build().toByteArray();
        try {
            // The callback hears the result.
            Future<RecordMetadata> unused = kafka.send(
                    new ProducerRecord<>(topic, source.getBytes(UTF_8), value),
                    (metadata, failure) -> sent(id, metadata, failure));
        } catch (KafkaException e) {
            sent(id, null, e);
        }
        return outcome;
    }

    private void sent(String id, RecordMetadata metadata, Exception failure) {
        if (failure == null) {
            outcomes.sent(id, new Outcomes.Place(metadata.partition(), metadata.offset()));
        } else {
            outcomes.settle(id, new Outcome.Unsent(Words.of(failure)));
        }
    }

    @Override
    public void close() {
        kafka.close(CLOSE_PATIENCE);
    }
}
