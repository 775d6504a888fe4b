package io.inkstream.bench;

import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps quiet and rolls versions out by turns, so that what drifts meanwhile drifts for both. */
final class RolloutTrial {
    private final Rollouts rollouts;
    private final List<Phase> phases = new ArrayList<>();
    private final List<Rollouts.Timing> timings = new ArrayList<>();
    private long latest;

    /**
     * A stretch of time.
     *
     * @param from in nanoseconds since the epoch, as {@code to}, which is not in it
     */
    record Phase(int round, boolean isQuiet, long from, long to) {
        boolean contains(Prediction prediction) {
            long captured = Timestamps.toNanos(prediction.getCaptured());
            return from <= captured && captured < to;
        }

        double seconds() {
            return (to - from) / 1e9;
        }
    }

    RolloutTrial(Rollouts rollouts) {
        this.rollouts = rollouts;
    }

    /** Rolls out versions before anything is measured, so that it is not the JVM's first time. */
    void warmUp(int versions, double interval) throws Exception {
        rollOut(versions, interval);
        timings.clear();
    }

    void keepQuiet(int round, double seconds) throws InterruptedException {
        long from = SteadyLoad.now();
        long to = from + nanos(seconds);
        sleepUntil(to);
        phases.add(new Phase(round, true, from, to));
    }

    /** @param interval seconds from one proposal to the next; longer where all scorers have not switched by then */
    void rollOut(int round, int versions, double interval) throws Exception {
        long from = SteadyLoad.now();
        rollOut(versions, interval);
        phases.add(new Phase(round, false, from, SteadyLoad.now()));
    }

    private void rollOut(int versions, double interval) throws Exception {
        long from = SteadyLoad.now();
        for (int i = 1; i <= versions; i++) {
            timings.add(rollouts.rollOut(++latest, false));
            sleepUntil(from + nanos(i * interval));
        }
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos - SteadyLoad.now());
    }

    List<Phase> phases() {
        return phases;
    }

    List<Rollouts.Timing> timings() {
        return timings;
    }

    /** The time from when an image was due to when it was scored, of all that were due in some phases. */
    Percentiles latency(List<Prediction> predictions, Predicate<Phase> which) {
        List<Phase> chosen = phases.stream().filter(which).toList();
        return Percentiles.ofNanos(predictions.stream()
                .filter(prediction -> chosen.stream().anyMatch(phase -> phase.contains(prediction)))
                .mapToLong(prediction ->
                        Timestamps.toNanos(prediction.getScored()) - Timestamps.toNanos(prediction.getCaptured()))
                .toArray());
    }
}
