package io.inkstream.jobs;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Rejected;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes rejections the records of their topic. Whatever the decoders put into them, none is larger than
 * {@link #MAX_BYTES}: one that Kafka refused would restart the job at the same record for ever.
 */
final class RejectedRecords implements KafkaRecordSerializationSchema<Rejected> {

    private static final long serialVersionUID = 1L;

    /** Value, explanation, the name of a topic, and what Kafka adds. */
    static final int MAX_BYTES = 72 << 10;

    private static final int MAX_VALUE_BYTES = 64 << 10;
    /** In UTF-16 units. An explanation may quote what a library says about hostile bytes. */
    private static final int MAX_EXPLANATION = 1_000;

    private final String topic;

    RejectedRecords(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(Rejected rejected, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(topic, bounded(rejected).toByteArray());
    }

    static Rejected bounded(Rejected rejected) {
        ByteString value = rejected.getValue();
        String explanation = rejected.getExplanation();
        if (value.size() <= MAX_VALUE_BYTES && explanation.length() <= MAX_EXPLANATION) {
            return rejected;
        }
        return rejected.toBuilder()
                .setValue(value.substring(0, Math.min(value.size(), MAX_VALUE_BYTES)))
                .setExplanation(cut(explanation))
                .build();
    }

    private static String cut(String text) {
        if (text.length() <= MAX_EXPLANATION) {
            return text;
        }
        // Half a pair of surrogates is no text.
        int end = Character.isHighSurrogate(text.charAt(MAX_EXPLANATION - 1)) ? MAX_EXPLANATION - 1 : MAX_EXPLANATION;
        return text.substring(0, end) + "…";
    }
}
