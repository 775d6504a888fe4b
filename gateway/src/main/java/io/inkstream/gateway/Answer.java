package io.inkstream.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.inkstream.schemas.v1.Prediction;
import java.util.Optional;

/**
 * What the client is told of one image.
 *
 * @param outcome empty where it is not known yet
 * @param millis since the request; negative where that is not known
 */
record Answer(String id, Optional<Outcome> outcome, double millis) {

    /** Whether the scoring job has answered, be it that the image is no good. */
    boolean isOfScoring() {
        return outcome.isPresent() && !(outcome.get() instanceof Outcome.Unsent);
    }

    boolean isUnsent() {
        return outcome.isPresent() && outcome.get() instanceof Outcome.Unsent;
    }

    Optional<Prediction> prediction() {
        return outcome.filter(Outcome.Read.class::isInstance).map(read -> ((Outcome.Read) read).prediction());
    }

    Reply reply() {
        if (outcome.isEmpty()) {
            return Reply.json(202, document()).with("Location", "/digits/classify/" + id);
        }
        return problem().map(Reply::of).orElseGet(() -> Reply.json(200, document()));
    }

    JsonObject document() {
        JsonObject document = new JsonObject();
        document.addProperty("id", id);
        if (outcome.isEmpty()) {
            document.addProperty("status", "waiting");
            document.addProperty("ask", "/digits/classify/" + id);
        }
        problem().map(Reply::document).ifPresent(problem -> problem.asMap().forEach(document::add));
        prediction().ifPresent(prediction -> describe(prediction, document));
        return document;
    }

    private void describe(Prediction prediction, JsonObject document) {
        document.addProperty("digit", prediction.getDigit());
        JsonArray probabilities = new JsonArray();
        prediction.getProbabilitiesList().forEach(probabilities::add);
        document.add("probabilities", probabilities);
        document.addProperty("model_version", prediction.getModelVersion());
        if (millis >= 0) {
            document.addProperty("latency_ms", Math.round(millis * 100) / 100.0);
        }
    }

    private Optional<ProblemException> problem() {
        if (outcome.isPresent() && outcome.get() instanceof Outcome.Refused refused) {
            return Optional.of(problem(refused));
        }
        if (outcome.isPresent() && outcome.get() instanceof Outcome.Unsent unsent) {
            return Optional.of(ProblemException.unavailable(
                    "Kafka did not take the image: " + unsent.reason(),
                    "try again; GET /readyz tells when Kafka is back"));
        }
        return Optional.empty();
    }

    private static ProblemException problem(Outcome.Refused refused) {
        return new ProblemException(
                422,
                "%s: %s".formatted(refused.reason(), refused.explanation()),
                "send a digit in dark or light ink on plain paper, as PNG, JPEG or grey pixels");
    }
}
