package io.inkstream.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts images into topics as fast as it goes, numbered from 0 in each topic; the number's remainder is the source. */
final class Fill {
    private final Digits digits;
    private final String kafka;
    private final Map<String, Long> sent = new HashMap<>();

    Fill(Digits digits, String kafka) {
        this.digits = digits;
        this.kafka = kafka;
    }

    /** Returns how many the topic has in all, when Kafka has them. */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears what went wrong
    long send(String topic, long images, int sources) throws Exception {
        AtomicReference<Exception> failed = new AtomicReference<>();
        long from = sent.getOrDefault(topic, 0L);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka, "linger.ms", 5, "batch.size", 1 << 16),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long number = from; number < from + images && failed.get() == null; number++) {
                Image image = image(number, sources);
                byte[] key = image.getSource().getBytes(StandardCharsets.UTF_8);
                producer.send(
                        new ProducerRecord<>(topic, key, image.toByteArray()),
                        (written, failure) -> failed.compareAndSet(null, failure));
            }
        }
        if (failed.get() != null) {
            throw failed.get();
        }
        sent.put(topic, from + images);
        return from + images;
    }

    private Image image(long number, int sources) {
        return Image.newBuilder()
                .setId(Long.toString(number))
                .setSource("source-" + number % sources)
                .setWidth(28)
                .setHeight(28)
                .setEncoding(Encoding.GRAY8)
                .setPixels(ByteString.copyFrom(digits.image((int) (number % digits.size()))))
                .setCaptured(Timestamps.fromNanos(SteadyLoad.now()))
                .build();
    }
}
