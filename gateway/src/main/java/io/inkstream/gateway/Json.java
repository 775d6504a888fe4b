package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Optional;

/** JSON in and out: strict, of bounded depth, and every key there. */
final class Json {
    private static final int DEEPEST = 16;
    /** In memory a value takes some 80 bytes, and two of the body. */
    private static final int MOST_VALUES = 100_000;

    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    private static final JsonFormat.Printer MESSAGES =
            JsonFormat.printer().preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence();

    private Json() {}

    /** What is done with JSON while it is being parsed. */
    interface Reading<T> {
        T read(JsonReader json) throws IOException;
    }

    /** @throws ProblemException for what is no JSON, or has more than {@value #MOST_VALUES} values */
    static JsonElement parse(byte[] body) {
        int values = 1;
        for (byte b : body) {
            values += b == ',' || b == '[' || b == '{' ? 1 : 0;
        }
        if (values > MOST_VALUES) {
            throw ProblemException.tooLarge(
                    "the body may have more than %d values".formatted(MOST_VALUES), "send less at a time");
        }
        return read(body, JsonParser::parseReader);
    }

    /**
     * Parses without a tree, and so in the memory that {@code reading} takes.
     *
     * @throws ProblemException for what is no JSON
     */
    static <T> T read(byte[] body, Reading<T> reading) {
        JsonReader reader = new JsonReader(new InputStreamReader(new ByteArrayInputStream(body), UTF_8));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(DEEPEST);
        try {
            T result = reading.read(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new JsonParseException("something follows it");
            }
            return result;
        } catch (JsonParseException | IOException e) {
            throw ProblemException.badRequest(
                    "the body is no JSON: " + e.getMessage().lines().findFirst().orElse(""),
                    "send one JSON document; GET /openapi.yaml shows which");
        }
    }

    /** @throws ProblemException for anything but an object */
    static JsonObject object(byte[] body) {
        if (parse(body) instanceof JsonObject object) {
            return object;
        }
        throw ProblemException.badRequest("the body is no JSON object", "send {…}; GET /openapi.yaml shows its fields");
    }

    /**
     * Empty where it is not there, or null.
     *
     * @throws ProblemException where it is no string
     */
    static Optional<String> text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        if (value == null || value.isJsonNull()) {
            return Optional.empty();
        }
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return Optional.of(primitive.getAsString());
        }
        throw ProblemException.badRequest("%s is no string".formatted(name), "send it as a string");
    }

    static JsonObject of(Message message) {
        try {
            return JsonParser.parseString(MESSAGES.print(message)).getAsJsonObject();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("none of these messages holds an Any, which cannot be printed", e);
        }
    }

    static String print(JsonElement document) {
        return GSON.toJson(document);
    }
}
