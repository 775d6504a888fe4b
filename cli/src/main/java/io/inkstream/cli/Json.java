package io.inkstream.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Collection;
import java.util.Optional;

/** JSON for scripts: one line, messages as protobuf has it, and every key there, null where there is nothing to say. */
final class Json {
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private Json() {}

    static JsonElement of(Message message) {
        try {
            return JsonParser.parseString(JsonFormat.printer().print(message));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("none of these messages holds an Any, which cannot be printed", e);
        }
    }

    static JsonElement of(Optional<? extends Message> message) {
        return message.map(Json::of).orElse(JsonNull.INSTANCE);
    }

    static JsonArray of(Collection<? extends Message> messages) {
        JsonArray array = new JsonArray();
        messages.forEach(message -> array.add(of(message)));
        return array;
    }

    static String print(JsonObject document) {
        return GSON.toJson(document);
    }
}
