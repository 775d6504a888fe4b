package io.inkstream.bench;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Proposal;
import io.inkstream.models.registry.Rollout;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.ScorerStatus;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Proposes versions, and reads in ZooKeeper when what became of them.
 *
 * <p>When live moved, and when each scorer switched, is what they themselves wrote: how often is asked here does not count.
 */
final class Rollouts {
    private static final long PATIENCE_SECONDS = 60;
    private static final long PERIOD_MS = 20;

    private final ModelRegistry registry;
    private final int scorers;

    /**
     * One rollout, in milliseconds.
     *
     * @param toLive from the proposal until live moved
     * @param toAll from there until the last scorer had switched
     * @param spread from the first scorer's switch to the last one's
     */
    record Timing(long version, double toLive, double toAll, double spread) {

        static Timing of(long version, long proposed, long live, List<Long> switched) {
            long first = switched.stream().mapToLong(Long::longValue).min().orElseThrow();
            long last = switched.stream().mapToLong(Long::longValue).max().orElseThrow();
            return new Timing(version, (live - proposed) / 1e6, (last - live) / 1e6, (last - first) / 1e6);
        }

        double whole() {
            return toLive + toAll;
        }
    }

    /** @param scorers how many there are to be */
    Rollouts(ModelRegistry registry, int scorers) {
        this.registry = registry;
        this.scorers = scorers;
    }

    void awaitScorers() throws Exception {
        await(
                "%d scorers to announce themselves".formatted(scorers),
                () -> registry.scorers().size() == scorers);
    }

    /**
     * Rolls a version out and returns when all scorers serve it.
     *
     * @param byHand also one that is not newer than what is live
     */
    Timing rollOut(long version, boolean byHand) throws Exception {
        long proposed = SteadyLoad.now();
        Proposal answer = new Rollout(registry).propose(version, "bench/run", "", byHand);
        if (answer != Proposal.ACCEPTED) {
            throw new IllegalStateException("version %d was proposed, the answer is %s".formatted(version, answer));
        }
        try {
            await("version %d to be live".formatted(version), () -> isLive(version));
            await("all scorers to serve version %d".formatted(version), () -> allServe(version));
        } catch (TimeoutException e) {
            ModelVersion stands = registry.version(version).orElseThrow();
            throw new IllegalStateException(
                    "%s; it is %s: %s".formatted(e.getMessage(), stands.getState(), stands.getReason()), e);
        }
        // A scorer's status changes with its switch and then not before the next candidate.
        List<Long> switched = registry.scorers().stream()
                .map(scorer -> Timestamps.toNanos(scorer.getUpdated()))
                .toList();
        long live = Timestamps.toNanos(registry.live().orElseThrow().getSince());
        return Timing.of(version, proposed, live, switched);
    }

    private boolean isLive(long version) {
        return registry.live().map(LivePointer::getVersion).orElse(0L) == version;
    }

    private boolean allServe(long version) {
        List<ScorerStatus> all = registry.scorers();
        return all.size() == scorers && all.stream().allMatch(scorer -> scorer.getServes() == version);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("waited %d s in vain for %s".formatted(PATIENCE_SECONDS, what));
            }
            TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
        }
    }
}
