package io.inkstream.jobs;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.inkstream.schemas.v1.Prediction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How a prediction stands in its topic: as protobuf, or as one line of JSON that needs no schema to be read. */
public enum PredictionFormat {
    PROTOBUF,
    JSON;

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer()
            .omittingInsignificantWhitespace()
            .alwaysPrintFieldsWithNoPresence()
            .preservingProtoFieldNames();

    byte[] bytes(Prediction prediction) {
        return switch (this) {
            case PROTOBUF -> prediction.toByteArray();
            case JSON -> json(prediction).getBytes(StandardCharsets.UTF_8);
        };
    }

    /** One line without its end: all fields, also those that are zero, named as in the .proto file. */
    public static String json(Prediction prediction) {
        try {
            return PRINTER.print(prediction);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a Prediction holds no Any, the one thing that cannot be printed", e);
        }
    }

    /**
     * Reads either format; tells JSON by its brace, with which no protobuf Prediction begins.
     *
     * @throws InvalidProtocolBufferException for what is neither, and for no bytes at all
     */
    public static Prediction read(byte[] value) throws InvalidProtocolBufferException {
        if (value.length == 0) {
            throw new InvalidProtocolBufferException("no bytes");
        }
        if (value[0] != '{') {
            return Prediction.parseFrom(value);
        }
        Prediction.Builder prediction = Prediction.newBuilder();
        JsonFormat.parser().ignoringUnknownFields().merge(new String(value, StandardCharsets.UTF_8), prediction);
        return prediction.build();
    }

    /** As it is written on command lines. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
