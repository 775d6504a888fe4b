package io.inkstream.jobs.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.Timestamps;
import io.inkstream.datasets.Datasets;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What the load consists of: real digits, and for each image which digit it shows. */
final class Images {
    private static final int SAMPLES = 2_000;

    private final List<LabeledImage> samples = new ArrayList<>();

    Images() {
        Datasets.open("../samples/digits").slice(0, SAMPLES).forEach(samples::add);
    }

    /** The digits over and over again. */
    Supplier<ProducerRecord<byte[], byte[]>> labeled(String topic) {
        return new Supplier<>() {
            private int next;

            @Override
            public ProducerRecord<byte[], byte[]> get() {
                LabeledImage sample = samples.get(next++ % samples.size());
                return new ProducerRecord<>(topic, "a teacher".getBytes(UTF_8), sample.toByteArray());
            }
        };
    }

    /** Of sources that are drawn by chance. An image's id is its number among its source's. */
    Supplier<ProducerRecord<byte[], byte[]>> unlabeled(String topic, int sources, long seed) {
        Random random = new Random(seed);
        Map<String, Long> sent = new HashMap<>();
        return () -> {
            String source = "source-" + random.nextInt(sources);
            long number = sent.merge(source, 1L, Long::sum);
            Image image = sampleOf(source, number).getImage().toBuilder()
                    .setId(Long.toString(number))
                    .setSource(source)
                    .setCaptured(Timestamps.now())
                    .build();
            return new ProducerRecord<>(topic, source.getBytes(UTF_8), image.toByteArray());
        };
    }

    byte[] pixels(String source, long number) {
        return sampleOf(source, number).getImage().getPixels().toByteArray();
    }

    private LabeledImage sampleOf(String source, long number) {
        return samples.get((int) Math.floorMod(31L * source.hashCode() + number, (long) samples.size()));
    }
}
