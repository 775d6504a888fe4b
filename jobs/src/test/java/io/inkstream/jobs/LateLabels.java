package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the feedback job of a {@link Loop}'s model needs and makes. */
final class LateLabels {
    private final Sandbox sandbox;
    private final Loop loop;
    private final Topics topics;

    /** Makes the topics that only the feedback job has. */
    LateLabels(Sandbox sandbox, Loop loop, int labelPartitions) {
        this.sandbox = sandbox;
        this.loop = loop;
        this.topics = loop.topics();
        sandbox.createTopics(labelPartitions, topics.labels());
        sandbox.createCompactedTopics(topics.evaluations());
    }

    FeedbackOptions options() {
        return new FeedbackOptions(loop.connections())
                .withParallelism(1)
                .withCheckpointInterval(Duration.ofMillis(300));
    }

    JobClient submit(FeedbackOptions options) throws Exception {
        return submit(options, new Configuration());
    }

    /** @param more of Flink's settings, such as a savepoint to go on from */
    JobClient submit(FeedbackOptions options, Configuration more) throws Exception {
        Configuration settings = sandbox.flinkClient();
        settings.addAll(more);
        return loop.started(FeedbackJob.submit(new StreamExecutionEnvironment(settings), options));
    }

    ProducerRecord<byte[], byte[]> label(String id, int digit, String reason) {
        Label label = Label.newBuilder()
                .setImageId(id)
                .setDigit(digit)
                .setReason(reason)
                .build();
        return new ProducerRecord<>(topics.labels(), id.getBytes(UTF_8), label.toByteArray());
    }

    /** All that was committed for training, once there is so much. */
    List<LabeledImage> awaitTraining(int atLeast) throws InvalidProtocolBufferException {
        List<LabeledImage> images = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : loop.awaitRecords(topics.training(), atLeast)) {
            images.add(LabeledImage.parseFrom(record.value()));
        }
        return images;
    }

    /** Of each version the latest evaluation, once {@code enough} holds for them. */
    Map<Long, LiveEvaluation> awaitEvaluations(Predicate<Map<Long, LiveEvaluation>> enough) {
        Map<Long, LiveEvaluation> latest = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = committed(topics.evaluations(), 1)) {
            await().atMost(Loop.PATIENCE).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    latest.put(Long.valueOf(new String(record.key(), UTF_8)), LiveEvaluation.parseFrom(record.value()));
                }
                return enough.test(latest);
            });
        }
        return latest;
    }

    /** How many labels are counted. */
    static long labels(Confusion confusion) {
        return confusion.getCountsList().stream().mapToLong(count -> count).sum();
    }

    /** How many labels are counted for all versions together: how many of them made the predictions is a matter of time. */
    static long labels(Map<Long, LiveEvaluation> latest) {
        return latest.values().stream()
                .mapToLong(evaluation -> labels(evaluation.getTotal()))
                .sum();
    }

    /** Reads what is committed, from the beginning. */
    KafkaConsumer<byte[], byte[]> committed(String topic, int partitions) {
        Properties settings = new Properties();
        settings.putAll(sandbox.kafkaClient());
        settings.put("isolation.level", Traffic.COMMITTED);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topic, partition));
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }
}
