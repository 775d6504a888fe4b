package io.inkstream.bench;

import io.inkstream.jobs.Topics;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.sandbox.Sandbox;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A scoring job that works off images which are in Kafka already, as fast as it can, and what that costs this process. */
final class ScoringTrial implements AutoCloseable {
    private static final int FIRST = 20_000;
    private static final int FILLS = 8;
    /** Beyond what a job that is idle writes in a second: the markers of its transactions. */
    private static final int IDLE_RATE = 100;

    private static final double RESERVE = 1.2;
    /** In which the recorder has changed the classes that it changes, and they are compiled again. */
    private static final double SETTLE_SECONDS = 3;
    /** The share of a core that the compilers of a warm JVM stay below. */
    private static final double QUIET = 0.02;

    private static final double WARM_UP_SECONDS = 15;
    /** Of which a measurement makes sense. */
    private static final double SHORTEST_SECONDS = 3;

    private final Servers servers;
    private final ScoringCase way;
    private final ScoringPipeline pipeline;
    private final TopicEnd predictions;
    private final UntrainedVersions versions;
    private long sent;
    /** The most images that were scored in a second so far. */
    private double rate = IDLE_RATE;

    /**
     * What happened in one stretch of time.
     *
     * @param cpuSeconds of this process
     * @param compilerSeconds those of them that the JVM's compilers took: none, were it warm
     */
    record Window(long images, double seconds, double cpuSeconds, double compilerSeconds) {
        double perCpuSecond() {
            return images / cpuSeconds;
        }

        double perSecond() {
            return images / seconds;
        }

        /** CPU-seconds for 1,000 images. */
        double cost() {
            return 1e3 / perCpuSecond();
        }
    }

    ScoringTrial(Servers servers, Sandbox flink, Digits digits, ScoringCase way) throws Exception {
        this.servers = servers;
        this.way = way;
        pipeline = new ScoringPipeline(flink, digits, way.scorers(), env -> {}, way::applyTo);
        predictions = new TopicEnd(flink.kafka(), pipeline.topics().predictions(), way.scorers());
        versions = pipeline.versions();
        versions.publish(way.network(), 1);
        pipeline.rollouts().awaitScorers();
        pipeline.rollouts().rollOut(1, true);
    }

    /** The model that the job serves, once more. */
    OnnxScorer model() throws Exception {
        return versions.load(1);
    }

    Topics topics() {
        return pipeline.topics();
    }

    ScoringCase way() {
        return way;
    }

    /**
     * Scores until the JVM has compiled what there is to compile, which takes minutes of scoring the first time.
     *
     * @param least seconds to score for; without Linux, exactly
     * @param most seconds, after which it goes on as it is
     */
    void warmUp(double least, double most) throws Exception {
        fill(FIRST);
        drain();
        long began = System.nanoTime();
        double compilers = 1;
        for (double gone = 0; gone < least || (compilers > QUIET && gone < most); ) {
            Window window = stretch(WARM_UP_SECONDS);
            compilers = window.compilerSeconds() / window.seconds();
            gone = (System.nanoTime() - began) / 1e9;
        }
        if (compilers > QUIET) {
            System.err.printf("  the JVM still compiles, %.0f %% of a core%n", compilers * 100);
        }
    }

    /** Images a second, with as many clients at work as when latency is measured: on one machine, they take their share. */
    double saturation(double seconds, LatencyTrial clients) throws Exception {
        provide(seconds);
        AutoCloseable working = clients.clients(topics().predictions(), (int) rate);
        try {
            return measure(seconds).perSecond();
        } finally {
            working.close();
        }
    }

    /** Fills the topic so that there is enough to do, and takes a stretch of that. */
    Window measure(double seconds) throws Exception {
        Window window = stretch(seconds);
        // What is faster than it ever was runs dry once.
        for (int i = 0; i < FILLS && backlog() <= 0; i++) {
            window = stretch(seconds);
        }
        requireMore();
        return window;
    }

    private Window stretch(double seconds) throws Exception {
        double length = provide(seconds);
        long compilers = JvmThreads.compilers();
        long images = predictions.records();
        long cpu = CpuTimes.ofProcess();
        long began = System.nanoTime();
        sleep(length);
        long usedCpu = CpuTimes.ofProcess() - cpu;
        double took = (System.nanoTime() - began) / 1e9;
        long done = predictions.records() - images;
        rate = Math.max(rate, done / took);
        return new Window(done, took, usedCpu / 1e9, (JvmThreads.compilers() - compilers) / 1e9);
    }

    /** The same with a look at what the threads are doing, which costs a little itself. */
    Profile profile(double seconds) throws Exception {
        double length = provide(seconds + SETTLE_SECONDS) - SETTLE_SECONDS;
        try (StackSamples samples = new StackSamples()) {
            sleep(SETTLE_SECONDS);
            long images = predictions.records();
            CpuTimes before = CpuTimes.now();
            sleep(length);
            CpuTimes used = CpuTimes.now().since(before);
            long done = predictions.records() - images;
            requireMore();
            return Profile.of(used, samples.stop(), done);
        }
    }

    /** Until all is scored: then a thread beside the job has a core to itself. */
    void drain() throws Exception {
        long before = -1;
        long now = predictions.records();
        while (now - before > IDLE_RATE || now < sent) {
            before = now;
            sleep(1);
            now = predictions.records();
            rate = Math.max(rate, (double) (now - before));
        }
    }

    /** Sends images until there are enough for so long; returns for how long there are, where it cannot send any faster. */
    private double provide(double seconds) throws Exception {
        long enough = (long) (rate * (seconds + 1) * RESERVE);
        for (int i = 0; i < FILLS && backlog() < enough; i++) {
            fill(enough - backlog() + FIRST);
        }
        double length = Math.min(seconds, backlog() / rate / RESERVE - 1);
        if (length < SHORTEST_SECONDS) {
            throw new IllegalStateException("%s: images are scored as fast as they can be sent".formatted(way));
        }
        return length;
    }

    private void fill(long images) throws Exception {
        sent = servers.fill(pipeline.topics().images(), images, way.sources());
    }

    private long backlog() throws Exception {
        return sent - predictions.records();
    }

    private void requireMore() throws Exception {
        if (backlog() <= 0) {
            throw new IllegalStateException("%s: no image was left at the end".formatted(way));
        }
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }

    @Override
    public void close() {
        pipeline.close();
        predictions.delete(List.of(pipeline.topics().images(), pipeline.topics().predictions()));
        predictions.close();
    }
}
