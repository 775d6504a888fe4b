package io.inkstream.gateway;

import com.google.gson.JsonObject;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.jobs.Topics;
import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryView;
import io.inkstream.models.registry.RegistryWatch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Whether what stands behind the gateway works: looked at in the background, so that no request waits for a server that is
 * away, and told by {@code /readyz}.
 */
final class Health implements AutoCloseable {
    private static final Duration OLDEST_VIEW = Duration.ofSeconds(5);
    private static final int PERIOD_MS = 1_000;
    private static final int PATIENCE_MS = 3_000;

    private final List<String> topics;
    private final Admin kafka;
    private final RegistryWatch registry;
    private final PredictionFeed feed;
    private final Breaker breaker;
    private final ScheduledExecutorService thread = DaemonThread.named("inkstream-gateway-health");
    private volatile Optional<RegistryView> view = Optional.empty();
    private volatile String kafkaProblem = "it was not asked yet";

    Health(
            KafkaAccess access,
            Topics topics,
            ModelRegistry registry,
            PredictionFeed feed,
            Breaker breaker,
            Consumer<RegistryView> listener) {
        this.topics = List.of(topics.images(), topics.predictions(), topics.training(), topics.rejected());
        this.feed = feed;
        this.breaker = breaker;
        this.kafka = access.admin(Map.of(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PATIENCE_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_MS));
        this.registry = registry.watch(now -> {
            view = Optional.of(now);
            listener.accept(now);
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and told by problems
    void start() {
        thread.scheduleWithFixedDelay(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            kafka.describeTopics(topics).allTopicNames().get();
            kafkaProblem = "";
        } catch (ExecutionException e) {
            kafkaProblem = Words.of(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was last seen in the registry; empty before a first time. */
    Optional<RegistryView> registry() {
        return view;
    }

    /**
     * Lets nobody wait for a ZooKeeper that is away: each would keep a thread for as long as the client tries.
     *
     * @throws ProblemException where it is
     */
    void requireRegistry() {
        if (isRegistryAway()) {
            throw ProblemException.unavailable(
                    "the registry does not answer: ZooKeeper is away", "try again; GET /readyz tells when it is back");
        }
    }

    private boolean isRegistryAway() {
        return registry.age().compareTo(OLDEST_VIEW) > 0;
    }

    /** @throws ProblemException where no scorer would score anything, however long one waits */
    void requireLiveVersion() {
        if (view.isPresent() && view.get().live().isEmpty()) {
            throw ProblemException.unavailable(
                    "no version of the model is live yet", "train it: POST /digits/train; then try again");
        }
    }

    private Map<String, String> problems() {
        Map<String, String> problems = new LinkedHashMap<>();
        problems.put("kafka", kafkaProblem);
        problems.put("predictions", feed.isReading() ? "" : "the topic of predictions is not read yet");
        problems.put("registry", view.isEmpty() || isRegistryAway() ? "ZooKeeper does not answer" : "");
        boolean none = view.isPresent() && view.get().live().isEmpty();
        problems.put("model", none ? "no version is live yet: train it, POST /digits/train" : "");
        problems.put("scoring", breaker.isOpen() ? "the latest images were not scored: does the job run?" : "");
        return problems;
    }

    /** The process runs: to start it again would mend nothing. */
    Reply alive() {
        JsonObject document = new JsonObject();
        document.addProperty("status", "alive");
        return Reply.json(200, document);
    }

    /** Whether requests are welcome here. */
    Reply ready() {
        Map<String, String> problems = problems();
        boolean ready = problems.values().stream().allMatch(String::isEmpty);
        JsonObject document = new JsonObject();
        document.addProperty("status", ready ? "ready" : "not ready");
        document.add("checks", document(problems));
        return Reply.json(ready ? 200 : 503, document);
    }

    /** For each thing that is needed {@code ok}, or what is wrong with it. */
    JsonObject checks() {
        return document(problems());
    }

    private static JsonObject document(Map<String, String> problems) {
        JsonObject checks = new JsonObject();
        problems.forEach((name, problem) -> checks.addProperty(name, problem.isEmpty() ? "ok" : problem));
        return checks;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        registry.close();
        kafka.close(Duration.ofSeconds(2));
    }
}
