package io.inkstream.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import java.time.Instant;
import java.util.Locale;

/**
 * One thing that has become different in a model's registry.
 *
 * @param version which it is about, 0: none
 * @param text for people
 * @param message what stands in ZooKeeper now, as JSON; null where nothing does any more
 */
record RegistryChange(Kind kind, long version, String text, JsonElement message) {

    /** What has changed. In JSON these are the values of {@code kind}. */
    enum Kind {
        VERSION,
        DELETED,
        CANDIDATE,
        LIVE,
        PIN,
        SCORER
    }

    /** In UTC, to the second. */
    String line(Instant now) {
        return "%s  %-9s  %s"
                .formatted(Plain.time(Timestamps.fromMillis(now.toEpochMilli())), label(), Plain.line(text));
    }

    private String label() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    JsonObject json(Instant now) {
        JsonObject document = new JsonObject();
        document.addProperty("at", Timestamps.toString(Timestamps.fromMillis(now.toEpochMilli())));
        document.addProperty("kind", kind.name());
        document.addProperty("version", version);
        document.addProperty("text", text);
        document.add("message", message);
        return document;
    }
}
