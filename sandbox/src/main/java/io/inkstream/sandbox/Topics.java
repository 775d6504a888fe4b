package io.inkstream.sandbox;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates topics and waits until the broker serves them: Kafka answers as soon as its controller knows of them. */
public final class Topics {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Topics() {}

    /** Creates those of the topics that are missing, each with the given number of partitions. */
    public static void create(String bootstrapServers, Collection<String> names, int partitions) {
        create(Map.of("bootstrap.servers", bootstrapServers), names, partitions);
    }

    /** Creates those of the topics that are missing, each with one partition, of which Kafka keeps each key's last record. */
    public static void createCompacted(String bootstrapServers, Collection<String> names) {
        createCompacted(Map.of("bootstrap.servers", bootstrapServers), names);
    }

    /** As above, with what else a client must be set to. */
    static void create(Map<String, Object> client, Collection<String> names, int partitions) {
        create(client, names, partitions, Map.of());
    }

    /** As above, with what else a client must be set to. */
    static void createCompacted(Map<String, Object> client, Collection<String> names) {
        create(client, names, 1, Map.of("cleanup.policy", "compact"));
    }

    private static void create(
            Map<String, Object> client, Collection<String> names, int partitions, Map<String, String> settings) {
        List<NewTopic> topics = names.stream()
                .map(name -> new NewTopic(name, partitions, (short) 1).configs(settings))
                .toList();
        try (Admin admin = Admin.create(client)) {
            for (KafkaFuture<Void> created : admin.createTopics(topics).values().values()) {
                unlessExists(created);
            }
            for (String name : names) {
                requirePartitions(awaitServed(admin, name), partitions);
            }
        } catch (ExecutionException e) {
            throw new SandboxException("Kafka did not create " + names + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while Kafka created " + names, e);
        }
    }

    private static void unlessExists(KafkaFuture<Void> created) throws ExecutionException, InterruptedException {
        try {
            created.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static TopicDescription awaitServed(Admin admin, String name)
            throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                TopicDescription topic = admin.describeTopics(List.of(name))
                        .topicNameValues()
                        .get(name)
                        .get();
                if (topic.partitions().stream().allMatch(partition -> partition.leader() != null)) {
                    awaitLeaders(admin, topic);
                    return topic;
                }
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new SandboxException("Kafka does not serve topic " + name + " after " + LIMIT.toSeconds() + " s");
    }

    /** A broker that is named as leader may not know yet, and refuse a producer; it answers this when it does. */
    private static void awaitLeaders(Admin admin, TopicDescription topic)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        topic.partitions()
                .forEach(partition ->
                        ends.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest()));
        admin.listOffsets(ends).all().get();
    }

    private static void requirePartitions(TopicDescription topic, int partitions) {
        int actual = topic.partitions().size();
        if (actual != partitions) {
            throw new SandboxException("Topic " + topic.name() + " exists with " + actual + " partitions, not "
                    + partitions + "; delete it, ask for " + actual + ", or choose another name");
        }
    }
}
