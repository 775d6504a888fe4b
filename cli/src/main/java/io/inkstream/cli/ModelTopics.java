package io.inkstream.cli;

import io.inkstream.jobs.Broker;
import io.inkstream.jobs.TopicNeeds;
import io.inkstream.jobs.Topics;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of a model as they stand in Kafka, measured by what the jobs need. */
final class ModelTopics {

    /**
     * One of them.
     *
     * @param partitions empty where there is no such topic, or Kafka does not tell
     * @param problem why the jobs cannot use it, with the line that mends it
     */
    record Topic(String name, Optional<Integer> partitions, Optional<Integer> replicas, Optional<String> problem) {
        boolean isMissing() {
            return partitions.isEmpty() && problem.isPresent();
        }
    }

    private final KafkaOptions kafka;
    private final Broker broker;

    ModelTopics(KafkaOptions kafka, Admin admin) {
        this.kafka = kafka;
        this.broker = new Broker(admin, kafka.access().brokers());
    }

    List<Topic> read() {
        return TopicNeeds.of(Topics.of(kafka.model)).stream().map(this::read).toList();
    }

    private Topic read(TopicNeeds needs) {
        try {
            Optional<TopicDescription> topic = broker.topic(needs.name());
            return new Topic(
                    needs.name(),
                    topic.map(known -> known.partitions().size()),
                    topic.map(ModelTopics::replicas),
                    topic.flatMap(known -> broker.topicSettings(needs.name())
                            .flatMap(settings -> needs.problem(kafka.access().brokers(), known, settings))));
        } catch (UnknownTopicOrPartitionException e) {
            String missing = needs.missing(kafka.access().brokers(), kafka.model);
            return new Topic(needs.name(), Optional.empty(), Optional.empty(), Optional.of(missing));
        }
    }

    private static int replicas(TopicDescription topic) {
        return topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
    }
}
