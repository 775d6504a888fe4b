package io.inkstream.gateway;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.TrainingBatches;
import io.inkstream.schemas.v1.Prediction;
import io.undertow.Handlers;
import io.undertow.server.HttpHandler;
import io.undertow.server.RoutingHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** The routes: which path leads where, who may go there, and what stands behind it. */
final class Api {
    /** About 15 MB of predictions, and minutes of them. */
    private static final int OUTCOMES = 20_000;

    /** A method and a path, with names in braces. */
    record Route(String method, String path) {}

    private final GatewaySettings settings;
    private final ModelRegistry registry;
    private final Deque<AutoCloseable> parts;
    private final RoutingHandler routes = new RoutingHandler();
    private final List<Route> known = new ArrayList<>();
    private final Metrics metrics = new Metrics();
    private final Exchanges exchanges;
    private final Guard guard;
    private final DataFiles files;
    private final HdfsData hdfs;
    private final Events events;
    private final Outcomes outcomes = new Outcomes(OUTCOMES);
    private final Breaker breaker = new Breaker(System::nanoTime);
    private final Health health;
    private final Wall wall;
    private final Pulse pulse;

    /** @param parts what is to be closed with the gateway, the last first */
    Api(GatewaySettings settings, ModelRegistry registry, Deque<AutoCloseable> parts) {
        this.settings = settings;
        this.registry = part(registry, parts);
        this.parts = parts;
        exchanges = new Exchanges(settings.limits());
        guard = new Guard(settings);
        files = new DataFiles(settings.dataRoot());
        hdfs = new HdfsData(settings.hdfsData(), settings.limits().dataBytes());
        events = part(new Events(settings.limits().eventStreams()), parts);
        wall = new Wall(System::nanoTime, events::pictured);
        PredictionFeed feed = part(
                new PredictionFeed(
                        settings.kafka(), settings.topics(), outcomes, this::predicted, events::hasListeners),
                parts);
        health = part(new Health(settings.kafka(), settings.topics(), registry, feed, breaker, events::moved), parts);
        pulse = part(new Pulse(Clock.systemUTC(), events::hasListeners, health::checks, events::beat), parts);
        ImageFeed images = part(
                new ImageFeed(settings.kafka(), settings.topics().images(), events::hasListeners, wall::seen), parts);
        feed.start();
        health.start();
        pulse.start();
        images.start();
        page();
        classify();
        train();
        models();
        labels();
        route("GET", "/events", events.handler());
        probes();
        routes.setFallbackHandler(exchanges.always(Api::unknown));
        routes.setInvalidMethodHandler(exchanges.always(Api::notThatMethod));
    }

    private static <T extends AutoCloseable> T part(T part, Deque<AutoCloseable> parts) {
        parts.push(part);
        return part;
    }

    HttpHandler handler() {
        return guard.careful(Handlers.httpContinueRead(routes));
    }

    /** Ends what would not end by itself. */
    void endStreams() {
        events.close();
    }

    /** All that there are. */
    List<Route> routes() {
        return List.copyOf(known);
    }

    private void predicted(Prediction prediction) {
        events.predicted(prediction);
        pulse.predicted(prediction);
        wall.predicted(prediction);
    }

    private void page() {
        route("GET", "/", exchanges.always(Page::start));
        route("GET", "/page/{file}", exchanges.always(Page::part));
    }

    private void classify() {
        ImageTopic images =
                part(new ImageTopic(settings.kafka(), settings.topics().images(), outcomes), parts);
        Classify classify = new Classify(settings.limits(), this::image, images, outcomes, health, breaker, metrics);
        route("POST", "/digits/classify", exchanges.limited(classify::post));
        route("GET", "/digits/classify/{id}", exchanges.limited(classify::get));
    }

    private byte[] image(String path, int most) {
        return HdfsData.isHdfs(path) ? hdfs.image(path, most) : files.image(path, most);
    }

    private void train() {
        TrainingBatches batches = new TrainingBatches(registry);
        TrainedVersions versions = new TrainedVersions(
                registry, version -> events.published(Models.summary(version, registry.live(), registry.scorers())));
        BatchSender sender = new BatchSender(settings, batches, files, hdfs, metrics);
        BatchWork work = part(
                new BatchWork(
                        batches, versions, sender, batch -> events.trained(BatchStatus.of(batch, versions.newest()))),
                parts);
        work.start();
        Train train = new Train(settings, registry, batches, versions, work, files, hdfs);
        HttpHandler json = registered(train::post);
        HttpHandler form = exchanges.streaming(needingRegistry(train::upload));
        route("POST", "/digits/train", guard.protectedBy(exchange -> {
            String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
            boolean isForm = type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
            (isForm ? form : json).handleRequest(exchange);
        }));
        route("GET", "/digits/train", registered(train::list));
        route("GET", "/digits/train/{id}", registered(train::get));
        route("DELETE", "/digits/train/{id}", guard.protectedBy(registered(train::delete)));
    }

    private void models() {
        Models models = new Models(settings.model(), registry);
        route("GET", "/models", registered(models::list));
        route("GET", "/models/live", registered(models::live));
        route("GET", "/models/{version}", registered(models::get));
        route("POST", "/models/{version}/promote", guard.protectedBy(registered(models::promote)));
        route("POST", "/models/rollback", guard.protectedBy(registered(models::rollback)));
    }

    private HttpHandler registered(Endpoint endpoint) {
        return exchanges.limited(needingRegistry(endpoint));
    }

    private Endpoint needingRegistry(Endpoint endpoint) {
        return call -> {
            health.requireRegistry();
            return endpoint.answer(call);
        };
    }

    private void labels() {
        Labels labels = part(
                new Labels(
                        settings.kafka(),
                        settings.topics().labels(),
                        settings.limits().images()),
                parts);
        route("POST", "/digits/labels", guard.protectedBy(exchanges.limited(labels::post)));
    }

    private void probes() {
        metrics.gauge("waiting_images", "Images whose predictions have not come yet.", outcomes::waiting);
        metrics.gauge("event_streams", "Event streams that are open.", events::streams);
        route("GET", "/healthz", exchanges.always(call -> health.alive()));
        route("GET", "/readyz", exchanges.always(call -> health.ready()));
        route("GET", "/metrics", exchanges.always(call -> metrics.get()));
        route("GET", "/openapi.yaml", exchanges.always(call -> OpenApi.get()));
    }

    private void route(String method, String path, HttpHandler handler) {
        known.add(new Route(method, path));
        routes.add(new HttpString(method), path, metrics.counted(method, path, handler));
    }

    private static Reply unknown(Call call) {
        throw ProblemException.notFound(
                "there is nothing at " + Words.cut(call.exchange().getRequestPath()),
                "GET /openapi.yaml tells what there is");
    }

    private static Reply notThatMethod(Call call) {
        throw new ProblemException(
                405,
                "%s is not for %s"
                        .formatted(
                                call.exchange().getRequestMethod(),
                                Words.cut(call.exchange().getRequestPath())),
                "GET /openapi.yaml tells what there is");
    }
}
