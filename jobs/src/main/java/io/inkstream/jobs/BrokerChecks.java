package io.inkstream.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses at submit what Kafka would refuse later, when a job could only restart for ever: topics that are missing or too
 * tight for the largest record, transactions that would last longer than the broker allows.
 *
 * <p>Reads only, and refuses only what is certain: where the broker does not let this user look, it logs so and goes on.
 */
final class BrokerChecks {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerChecks.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** Less, so that one address of several that does not answer leaves time for the others. */
    private static final int CONNECT_MS = 3_000;

    private final Deployment deployment;
    private final String model;
    private final KafkaAccess kafka;
    private final String brokers;
    private final Duration patience;

    /** @param patience how long the brokers may take to answer */
    BrokerChecks(Deployment deployment, String model, KafkaAccess kafka, Duration patience) {
        this.deployment = deployment;
        this.model = model;
        this.kafka = kafka;
        this.brokers = kafka.brokers();
        this.patience = patience;
    }

    /** @throws RefusedException for what the scoring job could not run with */
    static void scoring(Deployment deployment, ScoringOptions options) {
        Connections connections = options.connections();
        new BrokerChecks(deployment, connections.model(), connections.kafkaAccess(), PATIENCE)
                .require(transactions(options.delivery()), TopicNeeds.ofScoring(connections.topics()));
    }

    /** @throws RefusedException for what the training job could not run with */
    static void training(Deployment deployment, TrainingOptions options) {
        Connections connections = options.connections();
        new BrokerChecks(deployment, connections.model(), connections.kafkaAccess(), PATIENCE)
                .require(transactions(Delivery.EXACTLY_ONCE), TopicNeeds.ofTraining(connections.topics()));
    }

    /** @throws RefusedException for what the feedback job could not run with */
    static void feedback(Deployment deployment, FeedbackOptions options) {
        Connections connections = options.connections();
        new BrokerChecks(deployment, connections.model(), connections.kafkaAccess(), PATIENCE)
                .require(transactions(options.delivery()), TopicNeeds.ofFeedback(connections.topics()));
    }

    private static Duration transactions(Delivery delivery) {
        return delivery.isTransactional() ? delivery.transactionTimeout() : Duration.ZERO;
    }

    /** @param transactions how long they must be allowed to last; zero where there are none */
    void require(Duration transactions, List<TopicNeeds> topics) {
        int millis = (int) patience.toMillis();
        Map<String, Object> settings = Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis,
                AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, Math.min(millis, CONNECT_MS));
        try (Admin admin = kafka.admin(settings)) {
            require(new Broker(admin, brokers), transactions, topics);
        } catch (TimeoutException e) {
            if (deployment != Deployment.APPLICATION) {
                throw unreachable("no answer for %d s".formatted(patience.toSeconds()), e);
            }
            LOG.warn("Kafka at {} does not answer; its topics and limits are not checked", brokers, e);
        } catch (AuthenticationException e) {
            throw new RefusedException(
                    "Kafka at %s does not let us in: %s (--kafka-properties)".formatted(brokers, e.getMessage()), e);
        } catch (KafkaException e) {
            // The address cannot be parsed or resolved, or the login makes no sense.
            throw unreachable((e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    private RefusedException unreachable(String reason, Exception cause) {
        return new RefusedException(
                ("cannot reach Kafka at %s: %s. Is it running, and can this host reach it? (--bootstrap-servers,"
                                + " --kafka-properties)")
                        .formatted(brokers, reason),
                cause);
    }

    private void require(Broker broker, Duration transactions, List<TopicNeeds> topics) {
        Optional<Config> settings = broker.settings();
        settings.flatMap(config -> Broker.number(config, "transaction.max.timeout.ms"))
                .ifPresent(limit -> requireLongTransactions(limit, transactions));
        boolean createsTopics = settings.map(config -> config.get("auto.create.topics.enable"))
                .map(entry -> Boolean.parseBoolean(entry.value()))
                .orElse(false);
        for (TopicNeeds topic : topics) {
            require(broker, topic, createsTopics);
        }
    }

    private void requireLongTransactions(long limit, Duration needed) {
        if (limit < needed.toMillis()) {
            throw new RefusedException(
                    ("Kafka at %s ends transactions after %d ms, and those of this job may last %d ms, to get over a"
                                    + " restart: set transaction.max.timeout.ms=%d in the brokers' server.properties"
                                    + " (or, for scoring and feedback, --transaction-timeout; for scoring also --delivery"
                                    + " at-least-once)")
                            .formatted(brokers, limit, needed.toMillis(), needed.toMillis()));
        }
    }

    private void require(Broker broker, TopicNeeds topic, boolean createsTopics) {
        try {
            Optional<TopicDescription> description = broker.topic(topic.name());
            Optional<Config> config = description.flatMap(known -> broker.topicSettings(topic.name()));
            config.flatMap(settings -> topic.problem(brokers, description.get(), settings))
                    .ifPresent(problem -> {
                        throw new RefusedException(problem);
                    });
        } catch (UnknownTopicOrPartitionException e) {
            if (!createsTopics || !topic.takesDefaults()) {
                throw new RefusedException(topic.missing(brokers, model), e);
            }
            LOG.warn("{}; this broker creates it when somebody writes to it", topic.missing(brokers, model));
        }
    }
}
