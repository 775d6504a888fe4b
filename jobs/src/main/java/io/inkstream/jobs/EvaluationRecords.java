package io.inkstream.jobs;

import io.inkstream.schemas.v1.LiveEvaluation;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes evaluations the records of their topic, keyed by version in decimal: of each, the last record tells all. */
final class EvaluationRecords implements KafkaRecordSerializationSchema<LiveEvaluation> {

    private static final long serialVersionUID = 1L;

    /** 300 counts of at most 10 bytes each, the model's name, and what Kafka adds. */
    static final int MAX_BYTES = 8 << 10;

    private final String topic;

    EvaluationRecords(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            LiveEvaluation evaluation, KafkaSinkContext context, Long timestamp) {
        byte[] key = Long.toString(evaluation.getVersion()).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, key, evaluation.toByteArray());
    }
}
