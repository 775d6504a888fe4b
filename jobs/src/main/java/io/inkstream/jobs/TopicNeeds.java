package io.inkstream.jobs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * What the jobs need of a topic.
 *
 * @param largestRecord in bytes, of those that they write; 0 where they only read
 * @param keys what the keys of the records that they write are for
 */
public record TopicNeeds(String name, int largestRecord, Keys keys) {

    /** What the keys of a topic's records are for. */
    enum Keys {
        /** There are none. */
        NONE,
        /** Order: all records count. */
        ORDER,
        /** Only the last record of each counts. */
        LATEST
    }

    /** Kafka's own default, which is more than any of the jobs' records. */
    public static final String MAX_MESSAGE_BYTES = "1048588";

    static List<TopicNeeds> ofTraining(Topics topics) {
        return List.of(read(topics.training()), rejected(topics));
    }

    static List<TopicNeeds> ofScoring(Topics topics) {
        return List.of(
                read(topics.images()), written(topics.predictions(), PredictionRecords.MAX_BYTES), rejected(topics));
    }

    static List<TopicNeeds> ofFeedback(Topics topics) {
        return List.of(
                read(topics.images()),
                read(topics.predictions()),
                read(topics.labels()),
                written(topics.training(), TrainingRecords.MAX_BYTES),
                latest(topics.evaluations(), EvaluationRecords.MAX_BYTES),
                rejected(topics));
    }

    /** Of all topics of a model, for all its jobs. */
    public static List<TopicNeeds> of(Topics topics) {
        Map<String, TopicNeeds> needs = new LinkedHashMap<>();
        Stream.of(ofTraining(topics), ofScoring(topics), ofFeedback(topics))
                .flatMap(List::stream)
                .forEach(topic -> needs.merge(topic.name, topic, TopicNeeds::larger));
        return List.copyOf(needs.values());
    }

    /** Of two jobs' needs of one topic those of the one that writes to it, or writes more. */
    private static TopicNeeds larger(TopicNeeds one, TopicNeeds other) {
        return one.largestRecord >= other.largestRecord ? one : other;
    }

    private static TopicNeeds rejected(Topics topics) {
        return writtenWithoutKeys(topics.rejected(), RejectedRecords.MAX_BYTES);
    }

    static TopicNeeds read(String name) {
        return new TopicNeeds(name, 0, Keys.ORDER);
    }

    static TopicNeeds written(String name, int largestRecord) {
        return new TopicNeeds(name, largestRecord, Keys.ORDER);
    }

    static TopicNeeds latest(String name, int largestRecord) {
        return new TopicNeeds(name, largestRecord, Keys.LATEST);
    }

    static TopicNeeds writtenWithoutKeys(String name, int largestRecord) {
        return new TopicNeeds(name, largestRecord, Keys.NONE);
    }

    /** Whether a topic with the brokers' own settings will do, as they create where somebody writes to one that is missing. */
    boolean takesDefaults() {
        return keys != Keys.LATEST;
    }

    /** What to tell where it does not exist. */
    public String missing(String brokers, String model) {
        return ("Kafka at %s has no topic %s; create it: ./inkstream topics create --model %s --bootstrap-servers %s, or"
                        + " kafka-topics.sh --bootstrap-server %s --create --topic %s%s")
                .formatted(
                        brokers,
                        name,
                        model,
                        brokers,
                        brokers,
                        name,
                        takesDefaults() ? "" : " --config cleanup.policy=compact");
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
                .map(policy -> policy.value().contains("compact"))
                .flatMap(compacted -> switch (keys) {
                    case NONE ->
                        compacted
                                ? Optional.of(
                                        "is compacted and so takes no records without a key, which those of this job"
                                                + " are")
                                : Optional.empty();
                    case ORDER -> Optional.empty();
                    case LATEST ->
                        compacted
                                ? Optional.empty()
                                : Optional.of("is not compacted and so would grow without end, or lose what is known of"
                                        + " versions that are quiet");
                })
                .map(why -> problem(brokers, why, "cleanup.policy=" + (keys == Keys.NONE ? "delete" : "compact")));
    }

    private String problem(String brokers, String why, String remedy) {
        return ("topic %s %s: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s"
                        + " --add-config %s")
                .formatted(name, why, brokers, name, remedy);
    }
}
