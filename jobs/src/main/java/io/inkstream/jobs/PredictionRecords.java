package io.inkstream.jobs;

import io.inkstream.schemas.v1.Prediction;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes predictions the records of their topic, keyed by source. None is larger than {@link #MAX_BYTES}. */
final class PredictionRecords implements KafkaRecordSerializationSchema<Prediction> {

    private static final long serialVersionUID = 1L;

    /**
     * Key, value and what Kafka adds. Only id and source vary in length: 1,024 UTF-16 units each, at most 6 bytes a unit in
     * JSON and 3 in protobuf and in the key.
     */
    static final int MAX_BYTES = 32 << 10;

    private final String topic;
    private final PredictionFormat format;

    PredictionRecords(String topic, PredictionFormat format) {
        this.topic = topic;
        this.format = format;
    }

    /** The time of writing is the record's timestamp: an image's own could be one that the broker refuses. */
    @Override
    public ProducerRecord<byte[], byte[]> serialize(Prediction prediction, KafkaSinkContext context, Long timestamp) {
        byte[] key = prediction.getSource().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, key, format.bytes(prediction));
    }
}
