package io.inkstream.jobs;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Where Kafka is, and how to log in there.
 *
 * <p>Its settings may stand in a job graph, where everybody sees them: an entry of the properties file is not copied but
 * referred to. Kafka itself follows the reference where it makes a client, in the file of that name on that host.
 *
 * @param brokers comma-separated
 * @param properties the absolute path of a file of Kafka's client settings, see {@link KafkaProperties}; empty for none
 */
public record KafkaAccess(String brokers, String properties) {

    private static final String PROVIDER = "file";

    /** @throws IllegalArgumentException where Kafka could not refer to the file */
    public KafkaAccess {
        if (!properties.isEmpty() && (!Path.of(properties).isAbsolute() || properties.matches(".*[:{}].*"))) {
            throw new IllegalArgumentException(
                    "--kafka-properties '%s': give an absolute path, at which each host has the file, without : { and }"
                            .formatted(properties));
        }
    }

    /** Without a login. */
    public static KafkaAccess open(String brokers) {
        return new KafkaAccess(brokers, "");
    }

    /**
     * What every client is made with; its user adds more.
     *
     * @throws IllegalArgumentException where the file is missing on this host or sets what is not for it to set
     */
    public Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
        if (!properties.isEmpty()) {
            settings.put(AbstractConfig.CONFIG_PROVIDERS_CONFIG, PROVIDER);
            settings.put("config.providers." + PROVIDER + ".class", FileConfigProvider.class.getName());
            for (String key : KafkaProperties.keys(Path.of(properties))) {
                settings.put(key, "${%s:%s:%s}".formatted(PROVIDER, properties, key));
            }
        }
        return settings;
    }

    /** These settings, and {@code more}. */
    public Map<String, Object> settings(Map<String, ?> more) {
        Map<String, Object> settings = settings();
        settings.putAll(more);
        return settings;
    }

    /**
     * What producers outside of jobs are made with: they have one request under way to each broker. With more, the first to a
     * partition may come a moment before its leader leads, and be refused, and the second be taken: Kafka before 4.5 refuses
     * the first from then on until its producer gives up (KAFKA-15591).
     */
    public Map<String, Object> producerSettings() {
        return settings(Map.of(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1));
    }

    public Admin admin(Map<String, ?> more) {
        return Admin.create(settings(more));
    }
}
