package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaAccessTest {

    private static final String LOGIN = """
        security.protocol=SASL_SSL
        sasl.mechanism=PLAIN
        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
            username="inkstream" password="s3cret ${file:/etc/passwd:root} \\u00e9";
        ssl.endpoint.identification.algorithm=
        """;

    @TempDir
    private Path folder;

    /** Kafka's own idea of what it was given. */
    @Test
    void usageExample() throws Exception {
        KafkaAccess access = access(LOGIN);

        AdminClientConfig seen = new AdminClientConfig(access.settings(Map.of("client.id", "mine")));
        assertThat(seen.getList("bootstrap.servers")).containsExactly("kafka:9092");
        assertThat(seen.getString("client.id")).isEqualTo("mine");
        assertThat(seen.getString("security.protocol")).isEqualTo("SASL_SSL");
        assertThat(seen.getString("ssl.endpoint.identification.algorithm")).isEmpty();
        assertThat(((Password) seen.values().get("sasl.jaas.config")).value())
                .endsWith("username=\"inkstream\" password=\"s3cret ${file:/etc/passwd:root} é\";");
    }

    @Test
    void whatTravelsRefersToTheFile() throws Exception {
        assertThat(access(LOGIN).settings())
                .containsEntry("sasl.jaas.config", "${file:%s:sasl.jaas.config}".formatted(folder.resolve("client")))
                .containsKey("security.protocol")
                .allSatisfy((key, value) -> assertThat(value.toString()).doesNotContain("s3cret"));
    }

    @Test
    void withoutAFileThereIsTheAddressOnly() {
        assertThat(KafkaAccess.open("kafka:9092").settings()).isEqualTo(Map.of("bootstrap.servers", "kafka:9092"));
    }

    @ParameterizedTest
    @CsvSource({
        "bootstrap.servers, --bootstrap-servers",
        "group.id, --model",
        "transactional.id, --model",
        "transaction.timeout.ms, --transaction-timeout",
        "enable.idempotence, exactly once",
        "isolation.level, exactly once",
        "acks, exactly once",
        "partitioner.class, order",
        "value.deserializer, fixed form",
        "config.providers, how this file is read",
        "config.providers.file.class, set by Inkstream",
        "linger.ms, set by Inkstream"
    })
    void whatInkstreamsPromisesHangOnIsRefusedWithTheReason(String key, String reason) throws Exception {
        KafkaAccess access = access(LOGIN + key + "=s3cret");

        assertThatThrownBy(access::settings)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("take " + key + " out of it", reason, "--kafka-properties")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aFileThatCannotBeReadIsRefused() throws Exception {
        assertThatThrownBy(
                        new KafkaAccess("kafka:9092", folder.resolve("missing").toString())::settings)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("missing", "this host cannot read it", "--kafka-properties");
        assertThatThrownBy(access("#".repeat((1 << 20) + 1))::settings)
                .hasMessageContaining("larger than 1048576 bytes");
        assertThatThrownBy(access("sasl.jaas.config=\\us3cret")::settings)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("this host cannot read it", "--kafka-properties")
                .hasMessageNotContaining("s3cret");
    }

    /** It would be another file in the folder of each process, or none that Kafka can refer to. */
    @ParameterizedTest
    @ValueSource(strings = {"client.properties", "/etc/a:b", "/etc/{a}"})
    void aPathIsOneThatKafkaCanReferTo(String path) {
        assertThatThrownBy(() -> new KafkaAccess("kafka:9092", path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(path, "absolute path");
    }

    private KafkaAccess access(String content) throws Exception {
        return new KafkaAccess(
                "kafka:9092",
                Files.writeString(folder.resolve("client"), content).toString());
    }
}
