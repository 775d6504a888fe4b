package io.inkstream.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads how versions read what they serve from the topic to which the feedback job writes it. */
final class Evaluations {
    private Evaluations() {}

    /**
     * The latest of each version, as far as they are committed.
     *
     * @throws CliException if a record is none
     */
    static SortedMap<Long, LiveEvaluation> read(KafkaAccess access, String topic) {
        SortedMap<Long, LiveEvaluation> latest = new TreeMap<>();
        // All of one version are in one partition, and there in order.
        CommittedRecords.read(access, topic, record -> {
            LiveEvaluation evaluation = evaluation(record);
            latest.put(evaluation.getVersion(), evaluation);
        });
        return latest;
    }

    private static LiveEvaluation evaluation(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.value() != null && record.value().length > 0) {
                return LiveEvaluation.parseFrom(record.value());
            }
            throw new InvalidProtocolBufferException("no bytes");
        } catch (InvalidProtocolBufferException e) {
            throw new CliException(
                    "the record at %s-%d, offset %d, is no evaluation; something else writes to this topic"
                            .formatted(record.topic(), record.partition(), record.offset()),
                    e);
        }
    }
}
