package io.inkstream.jobs;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The file of client settings that says how to get to Kafka and as whom. All else is Inkstream's own to set: its promises
 * hang on it.
 */
final class KafkaProperties {

    private static final int MAX_BYTES = 1 << 20;

    private static final List<String> ALLOWED = List.of(
            "security.",
            "sasl.",
            "ssl.",
            "socket.",
            "reconnect.backoff.",
            "retry.backoff.",
            "metadata.",
            "client.dns.lookup",
            "client.rack",
            "connections.max.idle.ms",
            "request.timeout.ms");

    private static final String ORDER = "the order of each source hangs on it";
    private static final String EXACTLY_ONCE = "exactly once hangs on it";

    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("bootstrap.servers", "give it with --bootstrap-servers"),
            Map.entry("group.id", "it derives from --model and, for scoring, --name"),
            Map.entry("client.id", "it derives from --model and, for scoring, --name"),
            Map.entry("transactional.id", "it derives from --model and, for scoring, --name"),
            Map.entry("transaction.timeout.ms", "give it with --transaction-timeout"),
            Map.entry("acks", EXACTLY_ONCE),
            Map.entry("enable.idempotence", EXACTLY_ONCE),
            Map.entry("isolation.level", EXACTLY_ONCE),
            Map.entry("enable.auto.commit", EXACTLY_ONCE),
            Map.entry("auto.offset.reset", EXACTLY_ONCE),
            Map.entry("interceptor.classes", EXACTLY_ONCE),
            Map.entry("partitioner.class", ORDER),
            Map.entry("partitioner.ignore.keys", ORDER),
            Map.entry("config.providers", "it is how this file is read"),
            Map.entry("key.serializer", "records have a fixed form"),
            Map.entry("value.serializer", "records have a fixed form"),
            Map.entry("key.deserializer", "records have a fixed form"),
            Map.entry("value.deserializer", "records have a fixed form"));

    private KafkaProperties() {}

    /**
     * What a file sets; never to what.
     *
     * @throws IllegalArgumentException where it cannot be read, or sets what it must not
     */
    static Set<String> keys(Path file) {
        Set<String> keys = load(file).stringPropertyNames();
        keys.forEach(key -> requireAllowed(file, key));
        return keys;
    }

    private static Properties load(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is larger than %d bytes".formatted(MAX_BYTES));
            }
            try (Reader reader = Files.newBufferedReader(file)) {
                Properties properties = new Properties();
                properties.load(reader);
                return properties;
            }
        } catch (IOException | IllegalArgumentException e) {
            // The latter for an escape sequence that is none.
            throw new IllegalArgumentException(
                    "--kafka-properties '%s': this host cannot read it: %s".formatted(file, e), e);
        }
    }

    private static void requireAllowed(Path file, String key) {
        if (ALLOWED.stream().noneMatch(key::startsWith)) {
            String reason = REASONS.getOrDefault(
                    key, "it is for security.*, sasl.*, ssl.* and the connection, and all else is set by Inkstream");
            throw refused(file, "take %s out of it: %s".formatted(key, reason));
        }
    }

    private static IllegalArgumentException refused(Path file, String why) {
        return new IllegalArgumentException("--kafka-properties '%s': %s".formatted(file, why));
    }
}
