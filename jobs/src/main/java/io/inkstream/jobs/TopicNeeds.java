package io.inkstream.jobs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * What the jobs need of a topic.
 *
 * @param largestRecord in bytes, of those that they write; 0 where they only read
 * @param keyed whether what they write has keys
 */
public record TopicNeeds(String name, int largestRecord, boolean keyed) {

    /** Kafka's own default, which is more than any of the jobs' records. */
    public static final String MAX_MESSAGE_BYTES = "1048588";

    static List<TopicNeeds> ofTraining(Topics topics) {
        return List.of(read(topics.training()), rejected(topics));
    }

    static List<TopicNeeds> ofScoring(Topics topics) {
        return List.of(
                read(topics.images()), written(topics.predictions(), PredictionRecords.MAX_BYTES), rejected(topics));
    }

    /** Of all topics of a model. */
    public static List<TopicNeeds> of(Topics topics) {
        return Stream.of(ofTraining(topics), ofScoring(topics))
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    private static TopicNeeds rejected(Topics topics) {
        return writtenWithoutKeys(topics.rejected(), RejectedRecords.MAX_BYTES);
    }

    static TopicNeeds read(String name) {
        return new TopicNeeds(name, 0, true);
    }

    static TopicNeeds written(String name, int largestRecord) {
        return new TopicNeeds(name, largestRecord, true);
    }

    static TopicNeeds writtenWithoutKeys(String name, int largestRecord) {
        return new TopicNeeds(name, largestRecord, false);
    }

    /** What to tell where it does not exist. */
    public String missing(String brokers, String model) {
        return ("Kafka at %s has no topic %s; create it: ./inkstream topics create --model %s --bootstrap-servers %s, or"
                        + " kafka-topics.sh --bootstrap-server %s --create --topic %s")
                .formatted(brokers, name, model, brokers, brokers, name);
    }

    /** Why the topic would refuse records of the jobs, with the line that mends it. */
    public Optional<String> problem(String brokers, TopicDescription description, Config config) {
        if (largestRecord == 0) {
            return Optional.empty();
        }
        return room(brokers, config)
                .or(() -> replicas(brokers, description, config))
                .or(() -> compaction(brokers, config));
    }

    private Optional<String> room(String brokers, Config config) {
        return Broker.number(config, "max.message.bytes")
                .filter(room -> room < largestRecord)
                .map(room -> problem(
                        brokers,
                        "takes records of at most %d bytes, and the largest of this job have %d"
                                .formatted(room, largestRecord),
                        "max.message.bytes=" + MAX_MESSAGE_BYTES));
    }

    private Optional<String> replicas(String brokers, TopicDescription description, Config config) {
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(Integer.MAX_VALUE);
        return Broker.number(config, "min.insync.replicas")
                .filter(needed -> needed > replicas)
                .map(needed -> problem(
                        brokers,
                        "wants each record in %d replicas and has %d, so that it takes none"
                                .formatted(needed, replicas),
                        "min.insync.replicas=" + replicas));
    }

    private Optional<String> compaction(String brokers, Config config) {
        return Optional.ofNullable(config.get("cleanup.policy"))
                .filter(policy -> policy.value().contains("compact") && !keyed)
                .map(policy -> problem(
                        brokers,
                        "is compacted and so takes no records without a key, which those of this job are",
                        "cleanup.policy=delete"));
    }

    private String problem(String brokers, String why, String remedy) {
        return ("topic %s %s: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s"
                        + " --add-config %s")
                .formatted(name, why, brokers, name, remedy);
    }
}
