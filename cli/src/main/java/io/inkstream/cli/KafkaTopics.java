package io.inkstream.cli;

import io.inkstream.jobs.KafkaAccess;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
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
    static void require(KafkaAccess kafka, String topic) throws InterruptedException {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        try (Admin admin = kafka.admin(settings)) {
            admin.describeTopics(List.of(topic)).allTopicNames().get();
        } catch (ExecutionException e) {
            throw explained(kafka, topic, e.getCause());
        } catch (KafkaException e) {
            // The address cannot be parsed or resolved, or the login makes no sense.
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new CliException(unreachable(kafka) + ": " + reason.getMessage(), e);
        }
    }

    private static CliException explained(KafkaAccess kafka, String topic, Throwable cause) {
        String bootstrapServers = kafka.brokers();
        if (cause instanceof TimeoutException) {
            return new CliException(unreachable(kafka), cause);
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
        if (cause instanceof AuthenticationException) {
            return new CliException(
                    "Kafka at %s does not let us in: %s (--kafka-properties)"
                            .formatted(bootstrapServers, cause.getMessage()),
                    cause);
        }
        return new CliException("Kafka at " + bootstrapServers + " refuses: " + cause.getMessage(), cause);
    }

    static String unreachable(KafkaAccess kafka) {
        return "cannot reach Kafka at %s (is it running? --bootstrap-servers, --kafka-properties)"
                .formatted(kafka.brokers());
    }
}
