package io.inkstream.jobs;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a broker's settings and topics. What it does not tell this user is empty, and logged.
 *
 * <p>All methods throw {@link TimeoutException} when it does not answer, {@link AuthenticationException} when it does not
 * know us.
 */
public final class Broker {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private final Admin admin;
    private final String address;

    public Broker(Admin admin, String address) {
        this.admin = admin;
        this.address = address;
    }

    /** Of any of the brokers. */
    Optional<Config> settings() {
        return get("its settings", admin.describeCluster().nodes())
                .flatMap(nodes -> nodes.stream().findAny())
                .flatMap(node -> settings("its settings", ConfigResource.Type.BROKER, node.idString()));
    }

    /**
     * Its partitions and where their replicas are.
     *
     * @throws UnknownTopicOrPartitionException when there is none
     */
    public Optional<TopicDescription> topic(String name) {
        return get(
                "topic " + name,
                admin.describeTopics(List.of(name)).topicNameValues().get(name));
    }

    public Optional<Config> topicSettings(String name) {
        return settings("the settings of topic " + name, ConfigResource.Type.TOPIC, name);
    }

    static Optional<Long> number(Config config, String name) {
        return Optional.ofNullable(config.get(name)).map(entry -> entry.value()).map(Long::valueOf);
    }

    private Optional<Config> settings(String what, ConfigResource.Type type, String name) {
        ConfigResource resource = new ConfigResource(type, name);
        return get(what, admin.describeConfigs(List.of(resource)).values().get(resource));
    }

    private <T> Optional<T> get(String what, KafkaFuture<T> answer) {
        try {
            return Optional.of(answer.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Kafka at " + address, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException timeout) {
                throw timeout;
            }
            if (e.getCause() instanceof AuthenticationException refused) {
                throw refused;
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            LOG.info("Kafka at {} does not tell {}, which is not checked", address, what, e);
            return Optional.empty();
        }
    }
}
