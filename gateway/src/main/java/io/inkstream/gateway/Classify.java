package io.inkstream.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code POST /digits/classify} and {@code GET /digits/classify/{id}}: sends images to be scored and waits for what is read
 * in them; what has not come within the deadline can be asked for later, by its id.
 */
final class Classify {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Limits limits;
    private final BiFunction<String, Integer, byte[]> files;
    private final ImageTopic images;
    private final Outcomes outcomes;
    private final Health health;
    private final Breaker breaker;
    private final Metrics metrics;
    private final long deadlineNanos;

    /** @param files reads a file that a client may name, up to so many bytes */
    Classify(
            Limits limits,
            BiFunction<String, Integer, byte[]> files,
            ImageTopic images,
            Outcomes outcomes,
            Health health,
            Breaker breaker,
            Metrics metrics) {
        this.limits = limits;
        this.files = files;
        this.images = images;
        this.outcomes = outcomes;
        this.health = health;
        this.breaker = breaker;
        this.metrics = metrics;
        this.deadlineNanos = limits.deadline().toNanos();
    }

    Reply post(Call call) throws InterruptedException {
        ImageRequest.Parsed parsed = new ImageRequest(limits, files).parse(call);
        requireScoring();
        List<Waiting> waiting = send(parsed.images());
        metrics.sent(waiting.size());
        List<Answer> answers = await(waiting, call.startedAt());
        return call.wantsText()
                ? text(answers)
                : parsed.many() ? list(answers) : answers.get(0).reply();
    }

    /** Once one could not be sent, no more are tried: each would wait for Kafka in turn, longer than any deadline. */
    private List<Waiting> send(List<Image> all) {
        List<Waiting> waiting = new ArrayList<>(all.size());
        CompletableFuture<Outcome> last = new CompletableFuture<>();
        for (Image image : all) {
            String id = UUID.randomUUID().toString();
            if (!(last.getNow(null) instanceof Outcome.Unsent)) {
                last = images.send(image.toBuilder()
                        .setId(id)
                        .setCaptured(Timestamps.now())
                        .build());
            }
            waiting.add(new Waiting(id, last));
        }
        return waiting;
    }

    /** Before anything is sent that nobody would score. */
    private void requireScoring() {
        health.requireLiveVersion();
        if (!breaker.lets()) {
            throw ProblemException.unavailable(
                    "images are not scored at the moment: the latest requests have come to nothing",
                    "try again; GET /readyz tells what is missing, Flink's page whether the scoring job runs");
        }
    }

    private record Waiting(String id, CompletableFuture<Outcome> outcome) {}

    private List<Answer> await(List<Waiting> waiting, long startedAt) throws InterruptedException {
        List<Answer> answers = new ArrayList<>(waiting.size());
        for (Waiting image : waiting) {
            Optional<Outcome> outcome = await(image.outcome(), startedAt + deadlineNanos);
            long nanos = System.nanoTime() - startedAt;
            Answer answer = new Answer(image.id(), outcome, nanos / 1e6);
            if (answer.isOfScoring()) {
                metrics.answered(nanos);
            }
            answers.add(answer);
        }
        judge(answers);
        return answers;
    }

    private void judge(List<Answer> answers) {
        if (answers.stream().anyMatch(Answer::isOfScoring)) {
            breaker.succeeded();
        } else {
            breaker.failed();
        }
    }

    private static Optional<Outcome> await(CompletableFuture<Outcome> outcome, long deadline)
            throws InterruptedException {
        try {
            return Optional.of(outcome.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("outcomes are values", e);
        }
    }

    Reply get(Call call) {
        String id = call.path("id");
        Optional<CompletableFuture<Outcome>> known = ID.matcher(id).matches() ? outcomes.of(id) : Optional.empty();
        if (known.isEmpty()) {
            throw ProblemException.notFound(
                    "no image %s is known here: it was never sent, is too long ago, or another gateway has restarted"
                            .formatted(Words.cut(id)),
                    "send the image again; all predictions stay in the topic of predictions");
        }
        Answer answer = new Answer(id, Optional.ofNullable(known.get().getNow(null)), -1);
        return call.wantsText() ? text(List.of(answer)) : answer.reply();
    }

    /** {@code [5]}, as the earlier service answered; what is no digit is told as an error. */
    private static Reply text(List<Answer> answers) {
        Optional<Answer> other =
                answers.stream().filter(answer -> answer.prediction().isEmpty()).findFirst();
        if (other.isPresent()) {
            return other.get().reply();
        }
        String digits = answers.stream()
                .map(answer -> Integer.toString(answer.prediction().get().getDigit()))
                .collect(Collectors.joining(", ", "[", "]"));
        return Reply.text(200, "text/plain; charset=utf-8", digits);
    }

    private static Reply list(List<Answer> answers) {
        if (answers.stream().allMatch(Answer::isUnsent)) {
            return answers.get(0).reply();
        }
        JsonArray array = new JsonArray();
        answers.forEach(answer -> array.add(answer.document()));
        JsonObject document = new JsonObject();
        document.add("predictions", array);
        boolean complete = answers.stream().noneMatch(answer -> answer.outcome().isEmpty());
        return Reply.json(complete ? 200 : 202, document);
    }
}
