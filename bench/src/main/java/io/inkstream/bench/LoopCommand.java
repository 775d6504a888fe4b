package io.inkstream.bench;

import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What one writes without Inkstream: a consumer, a network called for each record, a producer. {@link Loop} runs it in a
 * JVM of its own, whose CPU time is all its own and where DL4J is as it comes.
 *
 * <p>It delivers at least once, keeps no state and never changes its model. Prints images per CPU-second of the process, a
 * line for each round.
 */
@Command(name = "loop", hidden = true)
final class LoopCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(100);

    @Option(names = "--kafka", required = true)
    private String kafka;

    @Option(names = "--from", required = true)
    private String from;

    @Option(names = "--to", required = true)
    private String to;

    @Option(names = "--network", required = true)
    private String network;

    @Option(names = "--onnx", description = "The model; without, the network is DL4J's.")
    private Path onnx;

    @Option(names = "--warm-up", required = true)
    private double warmUp;

    @Option(names = "--seconds", required = true)
    private double seconds;

    @Option(names = "--rounds", required = true)
    private int rounds;

    private final AtomicReference<Exception> failed = new AtomicReference<>();

    @FunctionalInterface
    private interface Model {
        float[] score(byte[] pixels);
    }

    @Override
    public Integer call() throws Exception {
        if (onnx == null) {
            run(new StockNetwork(Networks.recipe(network))::output);
        } else {
            try (OnnxScorer scorer = OnnxScorer.load(Files.readAllBytes(onnx))) {
                run(pixels -> scorer.score(pixels, 1));
            }
        }
        return 0;
    }

    private void run(Model model) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka, "group.id", "bench-loop-" + to);
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
            consumer.assign(List.of(new TopicPartition(from, 0)));
            consumer.seekToBeginning(consumer.assignment());
            scoreFor(warmUp, consumer, producer, model);
            for (int round = 0; round < rounds; round++) {
                long cpu = CpuTimes.ofProcess();
                long images = scoreFor(seconds, consumer, producer, model);
                System.out.printf(Locale.ROOT, "%.1f%n", images * 1e9 / (CpuTimes.ofProcess() - cpu));
            }
        }
        if (failed.get() != null) {
            throw failed.get();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears what went wrong
    private long scoreFor(
            double duration,
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<byte[], byte[]> producer,
            Model model)
            throws Exception {
        long end = System.nanoTime() + (long) (duration * 1e9);
        long images = 0;
        while (System.nanoTime() < end) {
            int polled = 0;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Prediction prediction = predict(Image.parseFrom(record.value()), model);
                producer.send(
                        new ProducerRecord<>(to, record.key(), prediction.toByteArray()),
                        (written, failure) -> failed.compareAndSet(null, failure));
                polled++;
            }
            images += polled;
            if (polled == 0) {
                // Once more: there is no end of images.
                consumer.seekToBeginning(consumer.assignment());
            }
        }
        return images;
    }

    private static Prediction predict(Image image, Model model) {
        float[] probabilities = model.score(image.getPixels().toByteArray());
        Prediction.Builder prediction = Prediction.newBuilder()
                .setId(image.getId())
                .setSource(image.getSource())
                .setCaptured(image.getCaptured());
        int best = 0;
        for (int digit = 0; digit < probabilities.length; digit++) {
            prediction.addProbabilities(probabilities[digit]);
            best = probabilities[digit] > probabilities[best] ? digit : best;
        }
        return prediction.setDigit(best).build();
    }
}
