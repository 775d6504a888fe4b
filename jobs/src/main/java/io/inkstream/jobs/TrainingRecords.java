package io.inkstream.jobs;

import io.inkstream.schemas.v1.LabeledImage;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes labelled images the records of the topic that is learned from, keyed by source. */
final class TrainingRecords implements KafkaRecordSerializationSchema<LabeledImage> {

    private static final long serialVersionUID = 1L;

    /** Key, 784 pixels, id and source of 1,024 UTF-16 units each, at most 3 bytes a unit, and what Kafka adds. */
    static final int MAX_BYTES = 16 << 10;

    private final String topic;

    TrainingRecords(String topic) {
        this.topic = topic;
    }

    /** The time of writing is the record's timestamp: an image's own could be one that the broker refuses. */
    @Override
    public ProducerRecord<byte[], byte[]> serialize(LabeledImage image, KafkaSinkContext context, Long timestamp) {
        byte[] key = image.getImage().getSource().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, key, image.toByteArray());
    }
}
