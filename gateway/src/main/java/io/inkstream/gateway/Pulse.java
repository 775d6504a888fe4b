package io.inkstream.gateway;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import io.inkstream.models.background.DaemonThread;
import io.inkstream.schemas.v1.Prediction;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells those who listen, each second, how many images were scored, how long they took, and whether all is well: also that the
 * gateway is there, which silence alone would not tell.
 */
final class Pulse implements AutoCloseable {
    private static final int PERIOD_MS = 1_000;
    private static final int LATENCIES = 1_000;

    private final Clock clock;
    private final BooleanSupplier wanted;
    private final Supplier<JsonObject> checks;
    private final Consumer<JsonObject> listener;
    private final ScheduledExecutorService thread = DaemonThread.named("inkstream-gateway-pulse");
    private final long[] latencies = new long[LATENCIES];
    private int images;
    private int timed;
    private long since = System.nanoTime();

    /**
     * @param clock as Kafka's timestamps have it
     * @param wanted whether anybody listens
     */
    Pulse(Clock clock, BooleanSupplier wanted, Supplier<JsonObject> checks, Consumer<JsonObject> listener) {
        this.clock = clock;
        this.wanted = wanted;
        this.checks = checks;
        this.listener = listener;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the thread
    void start() {
        thread.scheduleAtFixedRate(this::beat, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /** Of many in one second the latest are measured. */
    synchronized void predicted(Prediction prediction) {
        images++;
        if (prediction.hasReceived()) {
            long received = Timestamps.toMillis(prediction.getReceived());
            latencies[timed % LATENCIES] = Math.max(0, clock.millis() - received);
            timed++;
        }
    }

    void beat() {
        JsonObject document = measured();
        if (wanted.getAsBoolean()) {
            document.add("checks", checks.get());
            listener.accept(document);
        }
    }

    private synchronized JsonObject measured() {
        long now = System.nanoTime();
        JsonObject document = new JsonObject();
        document.addProperty("images", images);
        document.addProperty("seconds", (now - since) / 1e9);
        document.add("latency_ms", latency());
        images = 0;
        timed = 0;
        since = now;
        return document;
    }

    private JsonElement latency() {
        int measured = Math.min(timed, LATENCIES);
        if (measured == 0) {
            return JsonNull.INSTANCE;
        }
        Arrays.sort(latencies, 0, measured);
        JsonObject document = new JsonObject();
        document.addProperty("p50", latencies[(measured - 1) / 2]);
        document.addProperty("p99", latencies[(int) Math.ceil(measured * 0.99) - 1]);
        return document;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
