package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Progress;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.Rollout;
import io.inkstream.schemas.v1.ModelVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes a candidate step by step to its end, and tells who has not answered yet.
 *
 * <p>Others may take the same steps at the same time, and people may change their minds: what counts is what stands in
 * the registry after each step.
 */
final class RolloutWait {
    /** Scorers answer through nodes that nobody watches: they are read again and again. */
    private static final long PERIOD_MS = 200;

    private static final Duration REMINDER = Duration.ofSeconds(5);
    /** Longer than a ZooKeeper ensemble takes to choose a leader. */
    private static final Duration ZOOKEEPER_LIMIT = Duration.ofSeconds(60);

    private final ModelRegistry registry;
    private final Rollout rollout;
    private final Consumer<String> progress;
    private String told = "";
    private long toldAt;

    RolloutWait(ModelRegistry registry, Rollout rollout, Consumer<String> progress) {
        this.registry = registry;
        this.rollout = rollout;
        this.progress = progress;
    }

    /** @throws CliException if ZooKeeper stays away; the candidate stays as it is */
    Settled untilSettled(long version) throws InterruptedException {
        long answered = System.nanoTime();
        while (true) {
            try {
                Optional<Settled> settled = step(version);
                if (settled.isPresent()) {
                    return settled.get();
                }
                answered = System.nanoTime();
            } catch (RegistryException e) {
                goOnUnlessTooLong(version, e, Duration.ofNanos(System.nanoTime() - answered));
            }
            Thread.sleep(PERIOD_MS);
        }
    }

    private void goOnUnlessTooLong(long version, RegistryException e, Duration since) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("while waiting for version " + version);
        }
        if (since.compareTo(ZOOKEEPER_LIMIT) > 0) {
            throw new CliException(
                    "%s; version %d is left as it is: look at it with models list once ZooKeeper answers"
                            .formatted(e.getMessage(), version),
                    e);
        }
        tell("trying again: " + Plain.line(e.getMessage()));
    }

    /** One step; empty while it is not settled. */
    Optional<Settled> step(long version) {
        Progress step = rollout.advance();
        if (step instanceof Progress.Moved moved && moved.move().getTo() == version) {
            return Optional.of(Settled.live(version));
        } else if (step instanceof Progress.Rejected rejected && rejected.version() == version) {
            return Optional.of(new Settled(Settled.Outcome.REJECTED, version, rejected.reason()));
        } else if (step instanceof Progress.Waiting waiting
                && waiting.candidate().getVersion() == version) {
            tell(waiting(waiting.on()));
            return Optional.empty();
        }
        return settledByOthers(version);
    }

    private Optional<Settled> settledByOthers(long version) {
        ModelStatus status = ModelStatus.read(registry);
        if (status.isLive(version)) {
            return Optional.of(Settled.live(version));
        }
        Optional<ModelVersion> now = registry.version(version);
        if (now.isEmpty()) {
            return Optional.of(new Settled(Settled.Outcome.OVERTAKEN, version, "it was deleted meanwhile"));
        }
        String reason = now.get().getReason();
        return switch (now.get().getState()) {
            case REJECTED -> Optional.of(new Settled(Settled.Outcome.REJECTED, version, reason));
            // Read before and after a change: the next look sees it as a whole.
            case CANDIDATE, LIVE -> Optional.empty();
            default -> Optional.of(new Settled(Settled.Outcome.OVERTAKEN, version, reason));
        };
    }

    private static String waiting(List<String> on) {
        return "waiting for %s: %s".formatted(Plain.count(on.size(), "scorer"), Plain.line(String.join("; ", on)));
    }

    /** What is new at once, and the same again only now and then. */
    private void tell(String sentence) {
        long now = System.nanoTime();
        if (!sentence.equals(told) || now - toldAt > REMINDER.toNanos()) {
            progress.accept(sentence);
            told = sentence;
            toldAt = now;
        }
    }
}
