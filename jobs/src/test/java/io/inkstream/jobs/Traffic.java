package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.schemas.v1.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Images of several sources that come in all the time, and a look at what comes out meanwhile and in the end. */
final class Traffic implements AutoCloseable {
    static final String COMMITTED = "read_committed";
    /** Also what no checkpoint has committed yet. */
    static final String UNCOMMITTED = "read_uncommitted";

    private static final String[] SOURCES = {"a", "b", "c", "d", "e", "f", "g", "h"};
    private static final int AT_ONCE = 5 * SOURCES.length;
    private static final long PERIOD_MS = 100;

    private final Loop loop;
    private final Digits digits;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> production;
    /** Counted before they are sent: whatever is not counted yet comes later. */
    private volatile long produced;

    private Traffic(Loop loop, Digits digits) {
        this.loop = loop;
        this.digits = digits;
        this.production = thread.scheduleAtFixedRate(this::produce, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    static Traffic start(Loop loop, Digits digits) {
        return new Traffic(loop, digits);
    }

    private void produce() {
        long from = produced;
        produced = from + AT_ONCE;
        loop.produceUnlabeled(digits.next(from, AT_ONCE), SOURCES);
    }

    /**
     * Waits until of each source so many images are scored that came in after this call.
     *
     * @param isolation {@link #COMMITTED} or {@link #UNCOMMITTED}
     * @return the predictions of these images that were seen until then
     */
    List<Prediction> awaitScored(int ofEach, String isolation) {
        long before = produced / SOURCES.length;
        List<Prediction> later = new ArrayList<>();
        Map<String, Integer> scored = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(isolation)) {
            await().atMost(Loop.PATIENCE).until(() -> {
                assertThat(production.isDone()).as("no more images come in").isFalse();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Prediction prediction = Prediction.parseFrom(record.value());
                    if (prediction.getSequence() > before) {
                        later.add(prediction);
                        scored.merge(prediction.getSource(), 1, Integer::sum);
                    }
                }
                return scored.size() == SOURCES.length
                        && scored.values().stream().allMatch(images -> images >= ofEach);
            });
        }
        return later;
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", loop.connections().kafka(), "isolation.level", isolation),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(loop.topics().predictions(), 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        return consumer;
    }

    /** Ends it, and asserts that each image has one prediction, which is that of the version it names, in order. */
    void endAndCheck(Versions versions) throws Exception {
        close();
        List<Prediction> predictions = loop.awaitPredictions((int) produced);
        assertThat(predictions).hasSize((int) produced);
        Map<String, Prediction> latest = new HashMap<>();
        for (Prediction prediction : predictions) {
            Prediction before = latest.put(prediction.getSource(), prediction);
            assertThat(prediction.getSequence()).isEqualTo(before == null ? 1 : before.getSequence() + 1);
            assertThat(prediction.getModelVersion())
                    .isGreaterThanOrEqualTo(before == null ? 1 : before.getModelVersion());
            assertThat(prediction.getId()).isEqualTo(idOf(prediction));
            assertThat(prediction.getProbabilitiesList())
                    .isEqualTo(versions.scoreAgain(prediction, digits.pixelsOf(prediction.getId())));
        }
        assertThat(latest).hasSize(SOURCES.length);
    }

    /** Of the image to which the sequence belongs. */
    private String idOf(Prediction prediction) {
        long index = (prediction.getSequence() - 1) * SOURCES.length
                + List.of(SOURCES).indexOf(prediction.getSource());
        return digits.next(index, 1).get(0).getImage().getId();
    }

    @Override
    public void close() {
        production.cancel(false);
        thread.shutdown();
        await().atMost(Loop.PATIENCE).until(thread::isTerminated);
    }
}
