package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.jobs.PredictionFormat;
import io.inkstream.jobs.Topics;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Rejected;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the scoring job writes, from now on, before it is committed: whoever waits for an answer would otherwise wait
 * for the next checkpoint, too. What a failure takes back is scored again, mostly by the same version.
 *
 * <p>All partitions of both topics, whatever other gateways do: each looks for the answers to its own requests. Follows
 * where partitions are added, and goes on where it was when Kafka was away.
 */
final class PredictionFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionFeed.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LOOK_FOR_PARTITIONS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_MS = 500;
    private static final long CLOSE_PATIENCE_MS = 5_000;

    private final KafkaAccess access;
    private final Topics topics;
    private final Outcomes outcomes;
    private final Consumer<Prediction> listener;
    private final BooleanSupplier wantsAll;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "inkstream-gateway-predictions");
    private volatile boolean closed;
    private boolean failing;

    /** @param wantsAll whether the listener wants predictions now; where not, only those of gateways are looked at */
    PredictionFeed(
            KafkaAccess access,
            Topics topics,
            Outcomes outcomes,
            Consumer<Prediction> listener,
            BooleanSupplier wantsAll) {
        this.access = access;
        this.topics = topics;
        this.outcomes = outcomes;
        this.listener = listener;
        this.wantsAll = wantsAll;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether it has found its place, so that no answer to what is sent from now on is missed. */
    boolean isReading() {
        return reading.getCount() == 0;
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> kafka = new KafkaConsumer<>(
                    access.settings(settings()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                read(kafka);
            } catch (InterruptException e) {
                // Closed.
            } catch (KafkaException e) {
                if (!failing && !closed) {
                    LOG.warn("cannot read {}, trying again", topics.predictions(), e);
                }
                failing = true;
                pause();
            }
        }
    }

    private static Map<String, Object> settings() {
        return Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "inkstream-gateway-predictions",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_uncommitted",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "latest",
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                5_000,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000);
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> kafka) {
        long looked = 0;
        while (!closed) {
            if (looked == 0 || System.nanoTime() - looked > LOOK_FOR_PARTITIONS) {
                assign(kafka);
                looked = System.nanoTime();
            }
            for (ConsumerRecord<byte[], byte[]> record : kafka.poll(POLL)) {
                take(record);
                positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            }
        }
    }

    private void assign(KafkaConsumer<byte[], byte[]> kafka) {
        Set<TopicPartition> there = new HashSet<>();
        Stream.of(topics.predictions(), topics.rejected())
                .flatMap(topic -> partitions(kafka, topic).stream())
                .forEach(there::add);
        if (!there.equals(kafka.assignment())) {
            kafka.assign(there);
            there.forEach(partition -> seek(kafka, partition));
        }
        reading.countDown();
        failing = false;
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> kafka, String topic) {
        List<TopicPartition> found = kafka.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (found.isEmpty()) {
            throw new KafkaException("there is no topic " + topic);
        }
        return found;
    }

    /** All that is in a partition which was added since is new. */
    private void seek(KafkaConsumer<byte[], byte[]> kafka, TopicPartition partition) {
        if (positions.containsKey(partition)) {
            kafka.seek(partition, positions.get(partition));
        } else if (!isReading()) {
            kafka.seekToEnd(List.of(partition));
        } else {
            kafka.seekToBeginning(List.of(partition));
        }
        positions.put(partition, kafka.position(partition));
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            if (record.topic().equals(topics.rejected())) {
                refused(Rejected.parseFrom(record.value()));
            } else if (isOfGateway(record.key()) || wantsAll.getAsBoolean()) {
                predicted(PredictionFormat.read(record.value()), isOfGateway(record.key()));
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            // Also a message with a time that there is not.
            LOG.warn(
                    "the record at {}-{}, offset {}, is no {}: something else writes to this topic",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.topic().equals(topics.rejected()) ? "Rejected" : "Prediction",
                    e);
        }
    }

    private void predicted(Prediction prediction, boolean asked) {
        if (asked) {
            outcomes.settle(prediction.getId(), new Outcome.Read(prediction));
        }
        listener.accept(prediction);
    }

    private void refused(Rejected rejected) {
        if (rejected.getTopic().equals(topics.images())) {
            outcomes.refused(
                    new Outcomes.Place(rejected.getPartition(), rejected.getOffset()),
                    new Outcome.Refused(rejected.getReason(), Words.cut(rejected.getExplanation())));
        }
    }

    private static boolean isOfGateway(byte[] key) {
        return key != null && new String(key, UTF_8).startsWith(ImageTopic.SOURCE);
    }

    @Override
    public void close() {
        closed = true;
        try {
            // Kafka's client closes better when it is not interrupted.
            thread.join(CLOSE_PATIENCE_MS);
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
