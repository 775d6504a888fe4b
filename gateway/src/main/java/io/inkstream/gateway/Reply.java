package io.inkstream.gateway;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.Map;

/** What goes back to the client. */
record Reply(int status, String contentType, ByteString body, Map<String, String> headers) {
    private static final String JSON = "application/json";

    static Reply json(int status, JsonElement document) {
        return text(status, JSON, Json.print(document) + "\n");
    }

    static Reply text(int status, String contentType, String body) {
        return new Reply(status, contentType, ByteString.copyFromUtf8(body), Map.of());
    }

    /** {@code {"error": …, "remedy": …}}. */
    static Reply of(ProblemException problem) {
        Reply reply = json(problem.status(), document(problem));
        return problem.retryAfter().isEmpty()
                ? reply
                : reply.with(
                        "Retry-After", Integer.toString(problem.retryAfter().getAsInt()));
    }

    static JsonObject document(ProblemException problem) {
        JsonObject document = new JsonObject();
        document.addProperty("error", problem.getMessage());
        document.addProperty("remedy", problem.remedy());
        return document;
    }

    Reply with(String header, String value) {
        return new Reply(status, contentType, body, Map.of(header, value));
    }
}
