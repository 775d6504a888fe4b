package io.inkstream.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.inkstream.schemas.v1.Prediction;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads predictions in either of the formats that a scoring job may write, and prints them as JSON. */
final class PredictionFormat {
    private static final JsonFormat.Printer PRINTER = JsonFormat.printer()
            .omittingInsignificantWhitespace()
            .alwaysPrintFieldsWithNoPresence()
            .preservingProtoFieldNames();

    private PredictionFormat() {}

    /** Tells JSON by its brace, with which no protobuf Prediction begins. */
    static Prediction read(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        try {
            if (value.length > 0 && value[0] == '{') {
                Prediction.Builder prediction = Prediction.newBuilder();
                JsonFormat.parser()
                        .ignoringUnknownFields()
                        .merge(new String(value, StandardCharsets.UTF_8), prediction);
                return prediction.build();
            }
            if (value.length > 0) {
                return Prediction.parseFrom(value);
            }
        } catch (InvalidProtocolBufferException e) {
            throw notAPrediction(record, e);
        }
        throw notAPrediction(record, null);
    }

    private static CliException notAPrediction(ConsumerRecord<byte[], byte[]> record, Exception cause) {
        return new CliException(
                "the record at %s-%d, offset %d, is no prediction; something else writes to this topic"
                        .formatted(record.topic(), record.partition(), record.offset()),
                cause);
    }

    /** One line: all fields, also those that are zero, named as in the .proto file. */
    static String json(Prediction prediction) {
        try {
            return PRINTER.print(prediction);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a Prediction holds no Any, the one thing that cannot be printed", e);
        }
    }
}
