package io.inkstream.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records a topic has, committed or not. The markers of transactions count as records, one in each partition for
 * each checkpoint: a few in ten thousand.
 */
final class TopicEnd implements AutoCloseable {
    private final Admin admin;
    private final Map<TopicPartition, OffsetSpec> latest;

    TopicEnd(String kafka, String topic, int partitions) {
        admin = Admin.create(Map.of("bootstrap.servers", kafka));
        latest = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    }

    long records() throws ExecutionException, InterruptedException {
        return admin.listOffsets(latest).all().get().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    /** Removes topics with all that is in them. */
    void delete(List<String> topics) {
        admin.deleteTopics(topics)
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @Override
    public void close() {
        admin.close();
    }
}
