package io.inkstream.bench;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.Prediction;
import java.util.concurrent.TimeUnit;

/** Sends images at a rate, and takes the time until they, or the predictions for them, are with a reader. */
final class LatencyTrial {
    /** Of each stretch, in which caches, batches and the JIT compilers settle: not counted. */
    private static final double SETTLE_SECONDS = 3;

    private static final int SOURCES = 100;

    private final Sandbox sandbox;
    private final Digits digits;
    private final double seconds;

    /**
     * At one rate.
     *
     * @param committed of those who read what is committed alone
     */
    record Latency(Percentiles uncommitted, Percentiles committed) {}

    LatencyTrial(Sandbox sandbox, Digits digits, double seconds) {
        this.sandbox = sandbox;
        this.digits = digits;
        this.seconds = seconds;
    }

    /** From when an image was due at its producer until its prediction is with a consumer. */
    Latency pipeline(String images, String predictions, int rate) throws Exception {
        try (LatencyReader committed = predictions(predictions, true);
                LatencyReader uncommitted = predictions(predictions, false);
                SteadyLoad load = new SteadyLoad(digits, sandbox.kafka(), images, rate, SOURCES)) {
            long from = SteadyLoad.now() + (long) (SETTLE_SECONDS * 1e9);
            long sent = run(load);
            uncommitted.await(sent);
            committed.await(sent);
            return new Latency(uncommitted.latency(from), committed.latency(from));
        }
    }

    /** As many clients as {@link #pipeline} has, with as much to do, until they are closed; of what they send nothing is scored. */
    AutoCloseable clients(String predictions, int rate) {
        String topic = sandbox.uniqueName("latency-nowhere");
        sandbox.createTopics(1, topic);
        LatencyReader committed = predictions(predictions, true);
        LatencyReader uncommitted = predictions(predictions, false);
        SteadyLoad load = new SteadyLoad(digits, sandbox.kafka(), topic, rate, SOURCES);
        return () -> {
            load.close();
            uncommitted.close();
            committed.close();
        };
    }

    private LatencyReader predictions(String topic, boolean committedOnly) {
        return new LatencyReader(
                sandbox.kafka(),
                topic,
                committedOnly,
                value -> Prediction.parseFrom(value).getCaptured());
    }

    /** The same of the images themselves, through a topic and nothing else. */
    Percentiles bare(int rate) throws Exception {
        String topic = sandbox.uniqueName("latency-bare");
        sandbox.createTopics(1, topic);
        try (LatencyReader reader = new LatencyReader(
                        sandbox.kafka(),
                        topic,
                        false,
                        value -> Image.parseFrom(value).getCaptured());
                SteadyLoad load = new SteadyLoad(digits, sandbox.kafka(), topic, rate, SOURCES)) {
            long from = SteadyLoad.now() + (long) (SETTLE_SECONDS * 1e9);
            reader.await(run(load));
            return reader.latency(from);
        }
    }

    private long run(SteadyLoad load) throws Exception {
        TimeUnit.NANOSECONDS.sleep((long) ((SETTLE_SECONDS + seconds) * 1e9));
        return load.stop();
    }
}
