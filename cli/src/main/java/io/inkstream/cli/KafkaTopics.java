package io.inkstream.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Finds out in a few seconds whether Kafka and a topic are there, which its clients would take minutes to say. */
final class KafkaTopics {
    private static final int PATIENCE_MS = 5000;

    private KafkaTopics() {}

    /**
     * Returns if the topic exists.
     *
     * @throws CliException if Kafka cannot be reached or the topic is missing, with the remedy
     */
    static void require(String bootstrapServers, String topic) throws InterruptedException {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        try (Admin admin = Admin.create(settings)) {
            admin.describeTopics(List.of(topic)).allTopicNames().get();
        } catch (ExecutionException e) {
            throw explained(bootstrapServers, topic, e.getCause());
        } catch (KafkaException e) {
            // The address cannot be parsed or resolved.
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new CliException(unreachable(bootstrapServers) + ": " + reason.getMessage(), e);
        }
    }

    private static CliException explained(String bootstrapServers, String topic, Throwable cause) {
        if (cause instanceof TimeoutException) {
            return new CliException(unreachable(bootstrapServers), cause);
        }
        if (cause instanceof UnknownTopicOrPartitionException) {
            return new CliException(
                    ("Kafka at %s has no topic %s; create it: kafka-topics.sh --bootstrap-server %s --create --topic %s"
                                    + " --partitions 4")
                            .formatted(bootstrapServers, topic, bootstrapServers, topic),
                    cause);
        }
        if (cause instanceof InvalidTopicException) {
            return new CliException(
                    "'" + topic + "' is no name for a topic: letters, digits, dots, dashes and underscores are", cause);
        }
        return new CliException("Kafka at " + bootstrapServers + " refuses: " + cause.getMessage(), cause);
    }

    static String unreachable(String bootstrapServers) {
        return "cannot reach Kafka at " + bootstrapServers + " (is it running? --bootstrap-servers)";
    }
}
