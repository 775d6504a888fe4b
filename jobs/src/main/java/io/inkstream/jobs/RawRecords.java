package io.inkstream.jobs;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.IncomingRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Passes Kafka records on unread. An exception from here would restart the job at the same record for ever; decoding
 * follows in an operator, where a bad record can be put aside.
 */
public final class RawRecords implements KafkaRecordDeserializationSchema<IncomingRecord> {

    private static final long serialVersionUID = 1L;

    RawRecords() {}

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<IncomingRecord> out) {
        out.collect(incoming(record));
    }

    /** The record as the jobs' decoders take it; shares the record's arrays. */
    public static IncomingRecord incoming(ConsumerRecord<byte[], byte[]> record) {
        IncomingRecord.Builder incoming = IncomingRecord.newBuilder()
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setTimestamp(record.timestamp());
        // Kafka's arrays belong to the record alone and nobody changes them.
        if (record.key() != null) {
            incoming.setKey(UnsafeByteOperations.unsafeWrap(record.key()));
        }
        if (record.value() != null) {
            incoming.setValue(UnsafeByteOperations.unsafeWrap(record.value()));
        }
        incoming.setIdHeader(header(record, "id"));
        incoming.setSourceHeader(header(record, "source"));
        return incoming.build();
    }

    private static ByteString header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null
                ? ByteString.EMPTY
                : UnsafeByteOperations.unsafeWrap(header.value());
    }

    @Override
    public TypeInformation<IncomingRecord> getProducedType() {
        return ProtobufTypeInfo.forMessage(IncomingRecord.class);
    }
}
