package io.inkstream.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Proposal;
import io.inkstream.models.registry.Rollout;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.VersionState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /models}: which versions there are, which one answers, and the way to another. */
final class Models {
    private static final int LISTED = 20;
    private static final int MOST_LISTED = 1_000;
    private static final int LONGEST_WORDS = 500;

    private final String model;
    private final ModelRegistry registry;
    private final Rollout rollout;

    Models(String model, ModelRegistry registry) {
        this.model = model;
        this.registry = registry;
        this.rollout = new Rollout(registry);
    }

    /** The newest first. */
    Reply list(Call call) {
        int limit = call.query("limit", LISTED, 1, MOST_LISTED);
        List<Long> numbers = registry.versions();
        Optional<LivePointer> live = registry.live();
        List<ScorerStatus> scorers = registry.scorers();
        JsonArray versions = new JsonArray();
        for (int i = numbers.size() - 1; i >= 0 && versions.size() < limit; i--) {
            // It may have been deleted meanwhile.
            registry.version(numbers.get(i)).ifPresent(version -> versions.add(summary(version, live, scorers)));
        }
        JsonObject document = new JsonObject();
        document.addProperty("model", model);
        document.addProperty("existing", numbers.size());
        document.add("live", orNull(live));
        document.add("candidate", orNull(registry.candidate()));
        document.addProperty("scorers", scorers.size());
        document.add("trainer", orNull(registry.trainer()));
        document.add("versions", versions);
        return Reply.json(200, document);
    }

    private static JsonElement orNull(Optional<? extends Message> message) {
        return message.<JsonElement>map(Json::of).orElse(JsonNull.INSTANCE);
    }

    static JsonObject summary(ModelVersion version, Optional<LivePointer> live, List<ScorerStatus> scorers) {
        long number = version.getVersion();
        boolean isLive = live.isPresent() && live.get().getVersion() == number;
        JsonObject document = new JsonObject();
        document.addProperty("version", number);
        document.addProperty("state", (isLive ? VersionState.LIVE : version.getState()).name());
        document.addProperty("pinned", isLive && live.get().getPinned());
        document.addProperty("created", Timestamps.toString(version.getCreated()));
        document.addProperty("parent", version.getLineage().getParent());
        document.addProperty("samples_trained", version.getLineage().getTotalSamplesTrained());
        document.add("holdout_accuracy", accuracy(version.getHoldout().getScore()));
        document.add("prequential_accuracy", accuracy(version.getLineage().getWindowPrequential()));
        document.addProperty(
                "loaded",
                scorers.stream()
                        .filter(scorer -> scorer.getLoadedList().contains(number))
                        .count());
        document.addProperty(
                "serving",
                scorers.stream().filter(scorer -> scorer.getServes() == number).count());
        document.addProperty("reason", version.getReason());
        return document;
    }

    private static JsonElement accuracy(Score score) {
        JsonArray value = new JsonArray();
        if (score.getSamples() > 0) {
            value.add((double) score.getCorrect() / score.getSamples());
        }
        return value.isEmpty() ? JsonNull.INSTANCE : value.get(0);
    }

    Reply live(Call call) {
        LivePointer live = registry.live()
                .orElseThrow(() ->
                        ProblemException.notFound("no version is live yet", "train the model: POST /digits/train"));
        return Reply.json(200, details(version(Long.toString(live.getVersion()))));
    }

    Reply get(Call call) {
        return Reply.json(200, details(version(call.path("version"))));
    }

    private ModelVersion version(String text) {
        Optional<ModelVersion> version =
                text.matches("\\d{1,18}") ? registry.version(Long.parseLong(text)) : Optional.empty();
        return version.orElseThrow(() -> ProblemException.notFound(
                "there is no version %s: it was never published, or is deleted".formatted(Words.cut(text)),
                "GET /models lists those that are there"));
    }

    private JsonObject details(ModelVersion version) {
        Optional<LivePointer> live = registry.live();
        List<ScorerStatus> scorers = registry.scorers();
        JsonObject document = summary(version, live, scorers);
        document.add("metadata", Json.of(version));
        JsonArray array = new JsonArray();
        scorers.forEach(scorer -> array.add(Json.of(scorer)));
        document.add("scorers", array);
        return document;
    }

    Reply promote(Call call) {
        ModelVersion version = version(call.path("version"));
        return propose(version.getVersion(), call);
    }

    Reply rollback(Call call) {
        OptionalLong previous = rollout.previous();
        if (previous.isEmpty()) {
            throw new ProblemException(
                    409,
                    "there is nothing to go back to: nothing was live before, or it is deleted",
                    "choose a version: GET /models, then POST /models/{version}/promote");
        }
        return propose(previous.getAsLong(), call);
    }

    /** Scorers look at a version before it goes live; where there is none, nobody would. */
    private Reply propose(long version, Call call) {
        JsonObject request = call.body().length == 0 ? new JsonObject() : Json.object(call.body());
        String why = words(request, "why", "");
        String by = words(request, "by", "gateway");
        if (registry.scorers().isEmpty()) {
            throw new ProblemException(
                    409,
                    "no scorer runs that could look at the version first",
                    "start the scoring job, or use ./inkstream models promote, which looks at the files itself");
        }
        Proposal answer = rollout.propose(version, by, why, true);
        if (answer != Proposal.ALREADY_LIVE) {
            rollout.advance();
        }
        JsonObject document = new JsonObject();
        document.addProperty("version", version);
        document.addProperty("outcome", answer.name());
        document.add("live", orNull(registry.live()));
        document.add("candidate", orNull(registry.candidate()));
        return Reply.json(answer == Proposal.ALREADY_LIVE ? 200 : 202, document);
    }

    private static String words(JsonObject request, String name, String unless) {
        String words = Json.text(request, name).orElse(unless);
        if (words.length() > LONGEST_WORDS) {
            throw ProblemException.badRequest(
                    "%s has %d characters".formatted(name, words.length()), "give at most " + LONGEST_WORDS);
        }
        return words;
    }
}
