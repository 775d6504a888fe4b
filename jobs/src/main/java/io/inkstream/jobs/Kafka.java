package io.inkstream.jobs;

import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Rejected;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/** The jobs' Kafka sources and sinks. */
final class Kafka {

    /** A request for each millisecond costs more CPU than all the rest of the sink. */
    private static final String LINGER_MS = "3";

    /** Who gives up exactly-once for latency has it. */
    private static final String SHORT_LINGER_MS = "1";

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
                .setProperties(settings(connections))
                .setProperty("isolation.level", "read_committed");
    }

    /**
     * Writes exactly once, in transactions that are committed with the checkpoints, or at least once, as soon as it can.
     *
     * @param transactionalIdPrefix no two running sinks may share it
     */
    static <T> Sink<T> sink(
            Connections connections,
            Delivery delivery,
            String transactionalIdPrefix,
            KafkaRecordSerializationSchema<T> schema) {
        Properties producer = settings(connections);
        producer.setProperty(
                "transaction.timeout.ms",
                Long.toString(delivery.transactionTimeout().toMillis()));
        producer.setProperty("compression.type", "lz4");
        producer.setProperty("linger.ms", delivery.isTransactional() ? LINGER_MS : SHORT_LINGER_MS);
        return new RestorableSink<>(KafkaSink.<T>builder()
                .setBootstrapServers(connections.kafka())
                .setDeliveryGuarantee(delivery.guarantee())
                .setTransactionalIdPrefix(transactionalIdPrefix)
                .setKafkaProducerConfig(producer)
                .setRecordSerializer(schema)
                .build());
    }

    private static Properties settings(Connections connections) {
        Properties settings = new Properties();
        settings.putAll(connections.kafkaAccess().settings());
        return settings;
    }

    /** Where all jobs put the records that they cannot use. */
    static Sink<Rejected> rejectedSink(Connections connections, Delivery delivery, String transactionalIdPrefix) {
        return sink(
                connections,
                delivery,
                transactionalIdPrefix,
                new RejectedRecords(connections.topics().rejected()));
    }
}
