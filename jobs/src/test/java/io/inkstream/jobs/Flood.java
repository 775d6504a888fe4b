package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends images as fast as Kafka takes them, of sources that are drawn by chance, some of them far busier than others. */
final class Flood implements AutoCloseable {
    private static final int SOURCES = 2_000;

    private final Loop loop;
    private final int images;
    private final Random random;
    private final Thread thread = new Thread(this::send, "flood");
    private final Map<String, Long> sent = new HashMap<>();
    private final AtomicReference<Exception> failed = new AtomicReference<>();

    Flood(Loop loop, int images, long seed) {
        this.loop = loop;
        this.images = images;
        this.random = new Random(seed);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void send() {
        List<ByteString> pixels = new ArrayList<>();
        for (LabeledImage digit : Loop.samples().slice(0, 1_000)) {
            pixels.add(digit.getImage().getPixels());
        }
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", loop.connections().kafka(), "compression.type", "lz4", "batch.size", 1 << 18);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < images && !Thread.currentThread().isInterrupted(); i++) {
                send(producer, pixels.get(random.nextInt(pixels.size())));
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears what went wrong
    private void send(KafkaProducer<byte[], byte[]> producer, ByteString pixels) {
        // The square makes low numbers likely.
        String source = "source-" + (int) (SOURCES * Math.pow(random.nextDouble(), 2));
        Image image = Image.newBuilder()
                .setId(Long.toString(sent.merge(source, 1L, Long::sum)))
                .setSource(source)
                .setWidth(28)
                .setHeight(28)
                .setEncoding(Encoding.GRAY8)
                .setPixels(pixels)
                .build();
        producer.send(
                new ProducerRecord<>(loop.topics().images(), source.getBytes(UTF_8), image.toByteArray()),
                (written, failure) -> failed.compareAndSet(null, failure));
    }

    /** For each source how many images Kafka has, once all are sent. */
    Map<String, Long> sent() throws Exception {
        thread.join();
        if (failed.get() != null) {
            throw failed.get();
        }
        return sent;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
