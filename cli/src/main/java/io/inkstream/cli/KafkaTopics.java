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

/** Asks Kafka about topics, and finds out in seconds whether it is there, which its clients would take minutes to say. */
final class KafkaTopics {
    private static final int PATIENCE_MS = 5000;

    /** What is asked. */
    interface Question<T> {
        T ask(Admin admin) throws ExecutionException, InterruptedException;
    }

    private KafkaTopics() {}

    /**
     * Returns if the topic exists.
     *
     * @throws CliException if Kafka cannot be reached or the topic is missing, with the remedy
     */
    static void require(KafkaOptions kafka, String topic) throws InterruptedException {
        ask(kafka.access(), admin -> {
            try {
                return admin.describeTopics(List.of(topic)).allTopicNames().get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    throw new CliException(missing(kafka, topic), e);
                }
                if (e.getCause() instanceof InvalidTopicException) {
                    throw new CliException(
                            "'" + topic + "' is no name for a topic: letters, digits, dots, dashes and underscores are",
                            e);
                }
                throw e;
            }
        });
    }

    private static String missing(KafkaOptions kafka, String topic) {
        String create = topic.startsWith(kafka.model + ".")
                ? "./inkstream topics create --model %s --bootstrap-servers %s"
                        .formatted(kafka.model, kafka.access().brokers())
                : "kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions 4"
                        .formatted(kafka.access().brokers(), topic);
        return "Kafka at %s has no topic %s; create it: %s"
                .formatted(kafka.access().brokers(), topic, create);
    }

    /** @throws CliException if Kafka cannot be reached, or does not answer what is asked */
    static <T> T ask(KafkaAccess kafka, Question<T> question) throws InterruptedException {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        try (Admin admin = kafka.admin(settings)) {
            return question.ask(admin);
        } catch (ExecutionException e) {
            throw explained(kafka, e.getCause());
        } catch (TimeoutException e) {
            throw new CliException(unreachable(kafka), e);
        } catch (KafkaException e) {
            // The address cannot be parsed or resolved, or the login makes no sense.
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new CliException(unreachable(kafka) + ": " + reason.getMessage(), e);
        }
    }

    private static CliException explained(KafkaAccess kafka, Throwable cause) {
        if (cause instanceof TimeoutException) {
            return new CliException(unreachable(kafka), cause);
        }
        if (cause instanceof AuthenticationException) {
            return new CliException(
                    "Kafka at %s does not let us in: %s (--kafka-properties)"
                            .formatted(kafka.brokers(), cause.getMessage()),
                    cause);
        }
        return new CliException("Kafka at " + kafka.brokers() + " refuses: " + cause.getMessage(), cause);
    }

    static String unreachable(KafkaAccess kafka) {
        return "cannot reach Kafka at %s (is it running? --bootstrap-servers, --kafka-properties)"
                .formatted(kafka.brokers());
    }
}
