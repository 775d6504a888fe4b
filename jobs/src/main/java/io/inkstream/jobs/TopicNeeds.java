package io.inkstream.jobs;

import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * What a job needs of a topic.
 *
 * @param largestRecord in bytes, of those that the job writes; 0 where it only reads
 * @param keyed whether what it writes has keys
 */
record TopicNeeds(String name, int largestRecord, boolean keyed) {

    static TopicNeeds read(String name) {
        return new TopicNeeds(name, 0, true);
    }

    static TopicNeeds written(String name, int largestRecord) {
        return new TopicNeeds(name, largestRecord, true);
    }

    static TopicNeeds writtenWithoutKeys(String name, int largestRecord) {
        return new TopicNeeds(name, largestRecord, false);
    }

    String missing(String brokers) {
        return ("Kafka at %s has no topic %s; create it: kafka-topics.sh --bootstrap-server %s --create --topic %s"
                        + " --partitions 4")
                .formatted(brokers, name, brokers, name);
    }

    /** @throws IllegalStateException where the topic would refuse records of this job, with the line that mends it */
    void require(String brokers, TopicDescription description, Config config) {
        if (largestRecord == 0) {
            return;
        }
        requireRoom(brokers, config);
        requireReplicas(brokers, description, config);
        requireNoCompaction(brokers, config);
    }

    private void requireRoom(String brokers, Config config) {
        Optional<Long> room = Broker.number(config, "max.message.bytes");
        if (room.isPresent() && room.get() < largestRecord) {
            throw refused(
                    brokers,
                    "takes records of at most %d bytes, and the largest of this job have %d"
                            .formatted(room.get(), largestRecord),
                    "max.message.bytes=1048588");
        }
    }

    private void requireReplicas(String brokers, TopicDescription description, Config config) {
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(Integer.MAX_VALUE);
        Optional<Long> needed = Broker.number(config, "min.insync.replicas");
        if (needed.isPresent() && needed.get() > replicas) {
            throw refused(
                    brokers,
                    "wants each record in %d replicas and has %d, so that it takes none"
                            .formatted(needed.get(), replicas),
                    "min.insync.replicas=" + replicas);
        }
    }

    private void requireNoCompaction(String brokers, Config config) {
        boolean compacted = Optional.ofNullable(config.get("cleanup.policy"))
                .map(policy -> policy.value().contains("compact"))
                .orElse(false);
        if (compacted && !keyed) {
            throw refused(
                    brokers,
                    "is compacted and so takes no records without a key, which those of this job are",
                    "cleanup.policy=delete");
        }
    }

    private IllegalStateException refused(String brokers, String why, String remedy) {
        return new IllegalStateException(
                ("topic %s %s: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s"
                                + " --add-config %s")
                        .formatted(name, why, brokers, name, remedy));
    }
}
