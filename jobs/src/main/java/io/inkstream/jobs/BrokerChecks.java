package io.inkstream.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.client.deployment.application.executors.EmbeddedExecutor;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
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
 * In application mode a JobManager that takes over runs main again, so that there a Kafka that does not answer is no
 * reason to end the job, which waits for it.
 */
final class BrokerChecks {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerChecks.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** Less, so that one address of several that does not answer leaves time for the others. */
    private static final int CONNECT_MS = 3_000;

    private final KafkaAccess kafka;
    private final String brokers;
    private final Duration patience;
    private final boolean inApplicationMode;

    /** @param patience how long the brokers may take to answer */
    BrokerChecks(StreamExecutionEnvironment env, KafkaAccess kafka, Duration patience) {
        this.kafka = kafka;
        this.brokers = kafka.brokers();
        this.patience = patience;
        inApplicationMode = EmbeddedExecutor.NAME.equals(env.getConfiguration().get(DeploymentOptions.TARGET));
    }

    /** @throws IllegalStateException for what the scoring job could not run with, with the line that mends it */
    static void scoring(StreamExecutionEnvironment env, ScoringOptions options) {
        Topics topics = options.connections().topics();
        new BrokerChecks(env, options.connections().kafkaAccess(), PATIENCE)
                .require(
                        transactions(options.delivery()),
                        TopicNeeds.read(topics.images()),
                        TopicNeeds.written(topics.predictions(), PredictionRecords.MAX_BYTES),
                        TopicNeeds.writtenWithoutKeys(topics.rejected(), RejectedRecords.MAX_BYTES));
    }

    /** @throws IllegalStateException for what the training job could not run with, with the line that mends it */
    static void training(StreamExecutionEnvironment env, TrainingOptions options) {
        Topics topics = options.connections().topics();
        new BrokerChecks(env, options.connections().kafkaAccess(), PATIENCE)
                .require(
                        transactions(Delivery.EXACTLY_ONCE),
                        TopicNeeds.read(topics.training()),
                        TopicNeeds.writtenWithoutKeys(topics.rejected(), RejectedRecords.MAX_BYTES));
    }

    private static Duration transactions(Delivery delivery) {
        return delivery.isTransactional() ? delivery.transactionTimeout() : Duration.ZERO;
    }

    /** @param transactions how long they must be allowed to last; zero where there are none */
    void require(Duration transactions, TopicNeeds... topics) {
        int millis = (int) patience.toMillis();
        Map<String, Object> settings = Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis,
                AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, Math.min(millis, CONNECT_MS));
        try (Admin admin = kafka.admin(settings)) {
            require(new Broker(admin, brokers), transactions, List.of(topics));
        } catch (TimeoutException e) {
            if (!inApplicationMode) {
                throw unreachable("no answer for %d s".formatted(patience.toSeconds()), e);
            }
            LOG.warn("Kafka at {} does not answer; its topics and limits are not checked", brokers, e);
        } catch (AuthenticationException e) {
            throw new IllegalStateException(
                    "Kafka at %s does not let us in: %s (--kafka-properties)".formatted(brokers, e.getMessage()), e);
        } catch (KafkaException e) {
            // The address cannot be parsed or resolved, or the login makes no sense.
            throw unreachable((e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    private IllegalStateException unreachable(String reason, Exception cause) {
        return new IllegalStateException(
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
            throw new IllegalStateException(
                    ("Kafka at %s ends transactions after %d ms, and those of this job may last %d ms, to get over a"
                                    + " restart: set transaction.max.timeout.ms=%d in the brokers' server.properties"
                                    + " (or, for scoring, --transaction-timeout or --delivery at-least-once)")
                            .formatted(brokers, limit, needed.toMillis(), needed.toMillis()));
        }
    }

    private void require(Broker broker, TopicNeeds topic, boolean createsTopics) {
        try {
            Optional<TopicDescription> description = broker.topic(topic.name());
            Optional<Config> config = description.flatMap(known -> broker.topicSettings(topic.name()));
            config.ifPresent(settings -> topic.require(brokers, description.get(), settings));
        } catch (UnknownTopicOrPartitionException e) {
            if (!createsTopics) {
                throw new IllegalStateException(topic.missing(brokers), e);
            }
            LOG.warn("{}; this broker creates it when somebody writes to it", topic.missing(brokers));
        }
    }
}
