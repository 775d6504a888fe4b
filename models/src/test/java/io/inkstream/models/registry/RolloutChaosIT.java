package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.RegistryView.CandidateVersion;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.ScorerStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People, jobs and scorers that do as they like while sessions expire; afterwards all of them see what is stored, and what
 * is stored makes sense.
 */
@ExtendWith(SandboxExtension.class)
class RolloutChaosIT {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutChaosIT.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int EXPIRIES = 10;
    private static final int MOVES = 30;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final long seed = System.nanoTime();
    private final AtomicInteger newest = new AtomicInteger();
    private final AtomicInteger moves = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean over;

    /** A scorer that loads what is the candidate, or refuses it, or does not answer. */
    private final class RandomScorer implements AutoCloseable {
        private final Random random;
        private final ScorerPresence presence;
        private final RegistryWatch watch;
        private volatile Optional<RegistryView> view = Optional.empty();

        RandomScorer(String zookeeper, ModelRegistry registry, String model, int subtask) {
            this.random = new Random(seed + subtask);
            this.presence = ScorerPresence.announce(ZooKeeperAccess.open(zookeeper), model, "chaos", subtask, 1);
            this.watch = registry.watch(this::answer);
        }

        private void answer(RegistryView now) {
            view = Optional.of(now);
            ScorerStatus.Builder status = ScorerStatus.newBuilder()
                    .setServes(now.live()
                            .map(live -> live.getVersion().getVersion())
                            .orElse(0L));
            int dice = over ? 9 : random.nextInt(40);
            now.candidate().map(CandidateVersion::candidate).ifPresent(candidate -> {
                if (dice == 0) {
                    status.setRefused(Refusal.newBuilder()
                            .setVersion(candidate.getVersion())
                            .setAttempt(candidate.getAttempt())
                            .setReason("chaos"));
                } else if (dice > 1) {
                    status.addLoaded(candidate.getVersion());
                }
            });
            presence.update(status.build());
        }

        @Override
        public void close() {
            watch.close();
            presence.close();
        }
    }

    @Test
    void whateverHappensAllSeeTheSameInTheEnd(Sandbox sandbox) throws Exception {
        String model = sandbox.uniqueName("digits");
        List<ModelRegistry> registries = new ArrayList<>();
        List<RandomScorer> scorers = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (String connect : RolloutRaceIT.ownClients(sandbox.zookeeper())) {
                ModelRegistry registry = ModelRegistry.open(connect, model);
                registries.add(registry);
                scorers.add(new RandomScorer(connect, registry, model, scorers.size()));
            }
            ModelRegistry registry = registries.get(0);
            wreakHavoc(sandbox, registries, threads);
            settle(registries, scorers);

            LOG.info(
                    "{} versions, {} moves, {} calls that failed, seed {}",
                    newest.get(),
                    registry.history().size(),
                    failures.get(),
                    seed);
            Consistency.check(registry);
            assertThat(registry.history()).hasSizeGreaterThanOrEqualTo(MOVES);
            assertThat(registry.scorers()).hasSize(scorers.size());
        } finally {
            threads.shutdownNow();
            scorers.forEach(RandomScorer::close);
            registries.forEach(ModelRegistry::close);
        }
    }

    private void wreakHavoc(Sandbox sandbox, List<ModelRegistry> registries, ExecutorService threads) throws Exception {
        List<Future<?>> actors = new ArrayList<>();
        for (ModelRegistry registry : registries) {
            Rollout rollout = new Rollout(registry, TIMEOUT, Clock.systemUTC());
            actors.add(threads.submit(() -> repeat(() -> advance(rollout))));
            Random random = new Random(seed - actors.size());
            actors.add(threads.submit(() -> repeat(() -> act(registry, rollout, random))));
        }
        Random random = new Random(seed);
        List<String> clients = RolloutRaceIT.ownClients(sandbox.zookeeper());
        for (int expiries = 0; expiries < EXPIRIES || moves.get() < MOVES; expiries++) {
            assertThat(expiries).isLessThan(100 * EXPIRIES);
            int before = newest.get();
            await().atMost(LIMIT).until(() -> newest.get() > before + 5);
            expire(clients.get(random.nextInt(clients.size())), sandbox.zookeeper());
        }
        over = true;
        for (Future<?> actor : actors) {
            actor.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void repeat(Runnable action) {
        while (!over) {
            try {
                action.run();
            } catch (RegistryException e) {
                failures.incrementAndGet();
            }
        }
    }

    private void advance(Rollout rollout) {
        if (rollout.advance() instanceof Progress.Moved) {
            moves.incrementAndGet();
        }
    }

    private void act(ModelRegistry registry, Rollout rollout, Random random) {
        int some = 1 + random.nextInt(Math.max(1, newest.get()));
        boolean there = registry.version(some).isPresent();
        int dice = random.nextInt(20);
        if (!there || dice < 8) {
            int next = newest.incrementAndGet();
            registry.register(version(next));
            rollout.propose(next, "a job", "newer", false);
        } else if (dice < 12) {
            rollout.propose(some, "a person", "better", true);
        } else if (dice == 12) {
            rollout.pin(some, "a person", "stay");
        } else if (dice < 16) {
            rollout.unpin("a person", "go on");
        } else if (dice == 16) {
            rollout.reject(some, "worse");
        } else if (dice == 17) {
            registry.candidate().ifPresent(candidate -> rollout.withdraw(candidate.getVersion(), "a person", "no"));
        } else if (dice == 18) {
            Live.advance(registry, some);
        } else {
            new RegistryWriter(registry.znodes(), Fence.NONE).deleteUnlessLive(some);
        }
    }

    private static void expire(String connect, String zookeeper) throws Exception {
        SharedClient client = SharedClient.acquire(ZooKeeperAccess.open(connect));
        try {
            Sessions.expire(client, zookeeper);
        } finally {
            client.close();
        }
    }

    /** The last candidate is settled by those that settled the others. */
    private static void settle(List<ModelRegistry> registries, List<RandomScorer> scorers) {
        Rollout rollout = new Rollout(registries.get(0), TIMEOUT, Clock.systemUTC());
        await().atMost(LIMIT).ignoreExceptions().until(() -> rollout.advance() instanceof Progress.Idle);
        Znodes znodes = registries.get(0).znodes();
        RegistryView stored = new Predecessor(znodes).complete(RegistryView.read(znodes));
        long live = stored.live().map(LiveVersion::getVersion).orElseThrow().getVersion();
        for (RandomScorer scorer : scorers) {
            await().atMost(LIMIT).until(() -> scorer.view.equals(Optional.of(stored)));
        }
        await().atMost(LIMIT)
                .until(() -> registries.get(0).scorers().stream()
                                .filter(scorer -> scorer.getServes() == live)
                                .count()
                        == scorers.size());
    }
}
