package io.inkstream.gateway;

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
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** JSON in and out: strict, of bounded depth, and every key there. */
final class Json {
    private static final int DEEPEST = 16;
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    private static final JsonFormat.Printer MESSAGES =
            JsonFormat.printer().preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence();

    private Json() {}

    /** @throws ProblemException for what is no JSON */
    static JsonElement parse(byte[] body) {
        JsonReader reader = new JsonReader(new StringReader(new String(body, StandardCharsets.UTF_8)));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(DEEPEST);
        try {
            JsonElement element = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new JsonParseException("something follows it");
            }
            return element;
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
