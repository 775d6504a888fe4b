package io.inkstream.jobs;

import com.google.protobuf.Message;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Rejected;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The jobs' Kafka sources and sinks. */
final class Kafka {

    /** Below the broker's usual limit of 15 minutes, above any restart that should lose nothing. */
    private static final String TRANSACTION_TIMEOUT_MS = "600000";

    private Kafka() {}

    /** Reads committed records from the beginning of a topic; decodes nothing, so that no record can stop it. */
    static KafkaSourceBuilder<IncomingRecord> source(Connections connections, String topic, String groupId) {
        return KafkaSource.<IncomingRecord>builder()
                .setBootstrapServers(connections.kafka())
                .setTopics(topic)
                .setGroupId(groupId)
                .setClientIdPrefix(groupId)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new RawRecords())
                .setProperty("isolation.level", "read_committed");
    }

    /**
     * Writes exactly once.
     *
     * @param transactionalIdPrefix no two running sinks may share it
     */
    static <T> KafkaSink<T> sink(
            Connections connections, String transactionalIdPrefix, KafkaRecordSerializationSchema<T> schema) {
        Properties producer = new Properties();
        producer.setProperty("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
        producer.setProperty("compression.type", "lz4");
        return KafkaSink.<T>builder()
                .setBootstrapServers(connections.kafka())
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(transactionalIdPrefix)
                .setKafkaProducerConfig(producer)
                .setRecordSerializer(schema)
                .build();
    }

    /** Where both jobs put the records that they cannot use. */
    static KafkaSink<Rejected> rejectedSink(Connections connections, String transactionalIdPrefix) {
        String topic = connections.topics().rejected();
        return sink(
                connections, transactionalIdPrefix, (rejected, context, timestamp) -> record(topic, null, rejected));
    }

    /** A record with the time of writing as its timestamp: an image's own could be one that the broker refuses. */
    static ProducerRecord<byte[], byte[]> record(String topic, byte[] key, Message value) {
        return new ProducerRecord<>(topic, key, value.toByteArray());
    }
}
