package io.inkstream.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.inkstream.models.registry.RegistryView;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.Prediction;
import io.undertow.Handlers;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.xnio.IoUtils;

/**
 * {@code GET /events}: predictions, versions and training progress as they come, as server-sent events.
 *
 * <p>A client that reads too slowly misses events, and none of them waits in memory: versions and trainings are levels, the
 * next event tells all; predictions are a sample where there are many.
 */
final class Events implements AutoCloseable {
    private static final int MOST_UNDER_WAY = 64;
    private static final int IMAGES = 24;
    private static final int KEEP_ALIVE_MS = 15_000;
    /** More than anybody sees. */
    private static final long PREDICTION_EVERY_NANOS = 20_000_000;

    private final int most;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicReference<Optional<String>> rollout = new AtomicReference<>(Optional.empty());
    private final Deque<String> images = new ArrayDeque<>();
    private long toldPredictionAt;

    Events(int most) {
        this.most = most;
    }

    private static final class Client {
        private final ServerSentEventConnection connection;
        private final AtomicInteger underWay = new AtomicInteger();

        private Client(ServerSentEventConnection connection) {
            this.connection = connection;
        }

        void send(String event, String data) {
            if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
                underWay.decrementAndGet();
                return;
            }
            connection.send(data, event, null, new ServerSentEventConnection.EventCallback() {
                @Override
                public void done(ServerSentEventConnection to, String sent, String type, String id) {
                    underWay.decrementAndGet();
                }

                @Override
                public void failed(ServerSentEventConnection to, String unsent, String type, String id, IOException e) {
                    underWay.decrementAndGet();
                }
            });
        }
    }

    HttpHandler handler() {
        HttpHandler stream = Handlers.serverSentEvents((connection, lastId) -> connected(connection));
        return exchange -> {
            if (open.incrementAndGet() > most) {
                open.decrementAndGet();
                Exchanges.send(
                        exchange,
                        Reply.of(ProblemException.tooMany(
                                "%d event streams are open, which is the limit".formatted(most),
                                "close one, or allow more (--max-event-streams)")));
                return;
            }
            exchange.addExchangeCompleteListener((ended, next) -> {
                open.decrementAndGet();
                next.proceed();
            });
            stream.handleRequest(exchange);
        };
    }

    private void connected(ServerSentEventConnection connection) {
        Client client = new Client(connection);
        connection.setKeepAliveTime(KEEP_ALIVE_MS);
        clients.add(client);
        connection.addCloseTask(closed -> clients.remove(client));
        rollout.get().ifPresent(data -> client.send("rollout", data));
        synchronized (images) {
            images.forEach(data -> client.send("image", data));
        }
    }

    int streams() {
        return clients.size();
    }

    boolean hasListeners() {
        return !clients.isEmpty();
    }

    /** From the thread that reads predictions only. */
    void predicted(Prediction prediction) {
        long now = System.nanoTime();
        if (hasListeners() && now - toldPredictionAt >= PREDICTION_EVERY_NANOS) {
            toldPredictionAt = now;
            send("prediction", describe(prediction));
        }
    }

    static JsonObject describe(Prediction prediction) {
        JsonObject document = new JsonObject();
        document.addProperty("id", prediction.getId());
        document.addProperty("source", prediction.getSource());
        document.addProperty("digit", prediction.getDigit());
        JsonArray probabilities = new JsonArray();
        prediction.getProbabilitiesList().forEach(probabilities::add);
        document.add("probabilities", probabilities);
        document.addProperty("model_version", prediction.getModelVersion());
        return document;
    }

    /** The latest are kept for those who come later. */
    void pictured(JsonObject image) {
        String data = Json.print(image);
        synchronized (images) {
            images.addLast(data);
            if (images.size() > IMAGES) {
                images.removeFirst();
            }
        }
        clients.forEach(client -> client.send("image", data));
    }

    void beat(JsonObject pulse) {
        send("pulse", pulse);
    }

    void moved(RegistryView view) {
        JsonObject document = new JsonObject();
        document.add(
                "live",
                view.live()
                        .map(LiveVersion::getPointer)
                        .<JsonElement>map(Json::of)
                        .orElse(JsonNull.INSTANCE));
        document.add(
                "candidate",
                view.candidate()
                        .map(RegistryView.CandidateVersion::candidate)
                        .<JsonElement>map(Json::of)
                        .orElse(JsonNull.INSTANCE));
        rollout.set(Optional.of(Json.print(document)));
        send("rollout", document);
    }

    void published(JsonObject summary) {
        send("version", summary);
    }

    void trained(JsonObject status) {
        send("training", status);
    }

    private void send(String event, JsonObject document) {
        if (hasListeners()) {
            String data = Json.print(document);
            clients.forEach(client -> client.send(event, data));
        }
    }

    @Override
    public void close() {
        clients.forEach(client -> IoUtils.safeClose(client.connection));
    }
}
