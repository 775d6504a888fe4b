package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Images, what was read in them, and labels that come up to ten minutes later by their timestamps, all sent in an order that
 * is drawn by chance. Some images have no label, or several; some labels no image; some predictions come twice or are none.
 */
final class LateTraffic {
    static final long SPREAD_MS = Duration.ofMinutes(10).toMillis();
    static final int VERSIONS = 2;
    private static final int SOURCES = 50;
    private static final byte[] STRANGE = {(byte) 0xff};

    private final Topics topics;
    private final Map<String, Object> settings;
    private final int images;
    private final int partitions;
    /** When the first image came. */
    private final long start;

    private final List<ByteString> pixels = new ArrayList<>();
    private final AtomicReference<Exception> failed = new AtomicReference<>();

    /** What one record is about. */
    private record Step(Kind kind, int image, int variant) {}

    private enum Kind {
        IMAGE,
        PREDICTION,
        LABEL,
        UNKNOWN_LABEL,
        STRANGE_PREDICTION
    }

    /** @param partitions of each of the topics */
    LateTraffic(Loop loop, int images, int partitions, long start) {
        this.topics = loop.topics();
        this.settings = Map.of(
                "bootstrap.servers", loop.connections().kafka(), "compression.type", "lz4", "batch.size", 1 << 18);
        this.images = images;
        this.partitions = partitions;
        this.start = start;
        for (LabeledImage digit : Loop.samples().slice(0, 1_000)) {
            pixels.add(digit.getImage().getPixels());
        }
    }

    /** Sends all but what comes later; returns when Kafka has it. */
    void send(long seed) {
        List<Step> steps = new ArrayList<>();
        for (int image = 0; image < images; image++) {
            steps.add(new Step(Kind.IMAGE, image, 0));
            addPredictions(image, steps);
            addLabels(image, steps);
        }
        Collections.shuffle(steps, new Random(seed));
        send(steps);
    }

    private static void addPredictions(int image, List<Step> steps) {
        // Each version reads its part, both of them some; some are sent twice, for some images there is none.
        int version = image % VERSIONS;
        if (image % 200 != 7) {
            steps.add(new Step(Kind.PREDICTION, image, version));
        }
        if (image % 50 == 11) {
            steps.add(new Step(Kind.PREDICTION, image, 1 - version));
        }
        if (image % 100 == 13) {
            steps.add(new Step(Kind.PREDICTION, image, version));
        }
        if (image % 1_000 == 17) {
            steps.add(new Step(Kind.STRANGE_PREDICTION, image, 0));
        }
    }

    /** Variants of an image's labels are given one after the other; 0 and 1 say the same. */
    private static void addLabels(int image, List<Step> steps) {
        if (!isLabeled(image)) {
            return;
        }
        steps.add(new Step(Kind.LABEL, image, 0));
        if (image % 20 == 3) {
            steps.add(new Step(Kind.LABEL, image, 1));
        }
        if (image % 25 == 6) {
            steps.add(new Step(Kind.LABEL, image, 2));
        }
        if (image % 100 == 31) {
            steps.add(new Step(Kind.LABEL, image, 3));
            steps.add(new Step(Kind.LABEL, image, 4));
        }
        if (image % 100 == 42) {
            steps.add(new Step(Kind.UNKNOWN_LABEL, image, 0));
        }
    }

    private static boolean isLabeled(int image) {
        return image % 10 != 9;
    }

    /** Corrects the labels of some images once more, and returns their ids. */
    List<String> sendCorrections() {
        List<Step> steps = new ArrayList<>();
        for (int image = 0; image < images; image += 20) {
            if (isLabeled(image)) {
                steps.add(new Step(Kind.LABEL, image, 9));
            }
        }
        send(steps);
        return steps.stream().map(step -> id(step.image)).toList();
    }

    /** Sends what shows in each partition how late it is; it is no image, and a label of none. */
    void sendTime(long now) {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (String topic : List.of(topics.images(), topics.predictions(), topics.labels())) {
                for (int partition = 0; partition < partitions; partition++) {
                    send(producer, new ProducerRecord<>(topic, partition, now, null, STRANGE));
                }
            }
        }
        requireSent();
    }

    private void send(List<Step> steps) {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (Step step : steps) {
                send(producer, record(step));
            }
        }
        requireSent();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears what went wrong
    private void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (written, failure) -> failed.compareAndSet(null, failure));
    }

    private void requireSent() {
        if (failed.get() != null) {
            throw new AssertionError("Kafka did not take a record: " + failed.get(), failed.get());
        }
    }

    private ProducerRecord<byte[], byte[]> record(Step step) {
        String id = id(step.image);
        long came = start + SPREAD_MS * step.image / images;
        return switch (step.kind) {
            case IMAGE -> record(topics.images(), came, source(step.image), image(step.image));
            case PREDICTION ->
                record(topics.predictions(), came + 50, source(step.image), prediction(step.image, step.variant, came));
            case LABEL -> record(topics.labels(), labeled(step, came), id, label(id, step, came));
            case UNKNOWN_LABEL ->
                record(topics.labels(), labeled(step, came), "unknown-" + id, label("unknown-" + id, step, came));
            case STRANGE_PREDICTION -> new ProducerRecord<>(topics.predictions(), STRANGE);
        };
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, long time, String key, MessageLite value) {
        return new ProducerRecord<>(topic, null, time, key.getBytes(UTF_8), value.toByteArray());
    }

    private Image image(int image) {
        return Image.newBuilder()
                .setId(id(image))
                .setSource(source(image))
                .setWidth(28)
                .setHeight(28)
                .setEncoding(Encoding.GRAY8)
                .setPixels(pixels.get(image % pixels.size()))
                .setCaptured(Timestamps.fromMillis(start + image))
                .build();
    }

    /** Wrong for some. */
    private static Prediction prediction(int image, int version, long received) {
        int wrong = chance(image + version) < 10 + 10 * version ? 1 : 0;
        return Prediction.newBuilder()
                .setId(id(image))
                .setSource(source(image))
                .setDigit((truth(image) + wrong) % 10)
                .setModelVersion(1 + version)
                .setReceived(Timestamps.fromMillis(received))
                .build();
    }

    /** 0 s to 10 min after its image; corrections after what they correct. */
    private static long labeled(Step step, long came) {
        return came + chance(step.image) * (SPREAD_MS - 1_000) / 100 + 100L * step.variant;
    }

    private static Label label(String id, Step step, long came) {
        int digit = (truth(step.image) + (step.variant < 2 ? 0 : step.variant)) % 10;
        Label.Builder label = Label.newBuilder()
                .setImageId(id)
                .setDigit(digit)
                .setReason(chance(7 * step.image + step.variant) < 30 ? "random-audit" : "correction");
        if (step.image % 2 == 0) {
            label.setLabeled(Timestamps.fromMillis(labeled(step, came)));
        }
        return label.build();
    }

    private static String id(int image) {
        return "image-" + image;
    }

    private static String source(int image) {
        return "source-" + image % SOURCES;
    }

    private static int truth(int image) {
        return chance(image * 31) % 10;
    }

    /** The same 0 to 99 for the same number, on which nothing else depends. */
    private static int chance(int number) {
        return new Random(number * 0x9E3779B97F4A7C15L).nextInt(100);
    }
}
