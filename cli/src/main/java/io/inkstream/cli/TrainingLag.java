package io.inkstream.cli;

import io.inkstream.jobs.KafkaAccess;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How many records a consumer group has still to read, by the offsets that it has committed. */
final class TrainingLag implements AutoCloseable {
    private final Admin admin;
    private final String group;
    private final String topic;

    TrainingLag(KafkaAccess access, String group, String topic) {
        this.admin = access.admin(Map.of());
        this.group = group;
        this.topic = topic;
    }

    long records() throws InterruptedException {
        try {
            Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            long lag = 0;
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends().entrySet()) {
                OffsetAndMetadata committed = read.get(end.getKey());
                lag += end.getValue().offset() - (committed == null ? 0 : committed.offset());
            }
            return lag;
        } catch (ExecutionException e) {
            throw new CliException(
                    "Kafka does not tell how far training is: " + e.getCause().getMessage(), e);
        }
    }

    private Map<TopicPartition, ListOffsetsResultInfo> ends() throws InterruptedException, ExecutionException {
        TopicDescription description =
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        return admin.listOffsets(description.partitions().stream()
                        .collect(Collectors.toMap(
                                partition -> new TopicPartition(topic, partition.partition()),
                                partition -> OffsetSpec.latest())))
                .all()
                .get();
    }

    @Override
    public void close() {
        admin.close();
    }
}
