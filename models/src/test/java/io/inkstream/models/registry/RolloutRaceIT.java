package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.VersionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several processes, each with a client of its own, that take the same step at the same time. */
@ExtendWith(SandboxExtension.class)
class RolloutRaceIT {
    private static final int ROUNDS = 40;

    private final List<ModelRegistry> registries = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ModelRegistry registry;

    @BeforeEach
    void open(Sandbox sandbox) {
        String model = sandbox.uniqueName("digits");
        for (String connect : ownClients(sandbox.zookeeper())) {
            ModelRegistry each = ModelRegistry.open(connect, model);
            each.requireReachable();
            registries.add(each);
        }
        registry = registries.get(0);
        for (int number = 1; number <= ROUNDS; number++) {
            registry.register(version(number));
        }
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        registries.forEach(ModelRegistry::close);
    }

    /** Each connect string of its own makes a client of its own. */
    static List<String> ownClients(String zookeeper) {
        String other = zookeeper.replace("localhost", "127.0.0.1");
        return List.of(zookeeper, other, zookeeper + "," + other, other + "," + zookeeper);
    }

    @Test
    void ofManyThatAdvanceAtOnceOneMoves() throws Exception {
        for (int number = 1; number <= ROUNDS; number++) {
            new Rollout(registry).propose(number, "a test", "", false);
            List<Progress> steps = atOnce(each -> new Rollout(each).advance());

            assertThat(steps.stream().filter(step -> step instanceof Progress.Moved))
                    .hasSize(1);
            assertThat(registry.history()).hasSize(number);
            assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(number);
        }
        Consistency.check(registry);
    }

    @Test
    void ofManyThatProposeAtOnceOneMakesTheAttempt() throws Exception {
        for (int number = 1; number <= ROUNDS; number++) {
            int proposed = number;
            List<Proposal> answers = atOnce(each -> new Rollout(each).propose(proposed, "a test", "", false));

            assertThat(answers.stream().filter(answer -> answer == Proposal.ACCEPTED))
                    .hasSize(1);
            assertThat(registry.candidate().orElseThrow().getAttempt()).isEqualTo(1);
            new Rollout(registry).advance();
        }
    }

    @Test
    void ofManyThatWaitTheNewestFollowsAndNoneIsLost() throws Exception {
        for (int number = 1; number + 4 <= ROUNDS; number += 5) {
            new Rollout(registry).propose(number, "a job", "", false);
            int first = number;
            atOnce(each -> new Rollout(each).propose(first + 1 + registries.indexOf(each), "a job", "", false));

            int newest = first + registries.size();
            assertThat(new Rollout(registry).advance()).isInstanceOf(Progress.Moved.class);
            assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(first);
            assertThat(registry.candidate().orElseThrow().getVersion()).isEqualTo(newest);
            assertThat(new Rollout(registry).advance()).isInstanceOf(Progress.Moved.class);
            Consistency.check(registry);
        }
    }

    @Test
    void ofAMoveAndARejectionAtOnceOneComesTrue() throws Exception {
        for (int number = 1; number <= ROUNDS; number++) {
            int proposed = number;
            new Rollout(registry).propose(number, "a test", "", false);
            atOnce(each -> registries.indexOf(each) % 2 == 0
                    ? new Rollout(each).advance()
                    : new Rollout(each).reject(proposed, "a test"));

            Consistency.check(registry);
        }
    }

    @Test
    void aProposalDoesNotUndoARejectionThatComesAtTheSameTime() throws Exception {
        for (int number = 1; number <= ROUNDS; number++) {
            int proposed = number;
            atOnce(each -> registries.indexOf(each) % 2 == 0
                    ? new Rollout(each).propose(proposed, "a job", "", false)
                    : new Rollout(each).reject(proposed, "a test"));

            assertThat(registry.candidate()).isEmpty();
            assertThat(registry.version(number).orElseThrow().getState()).isEqualTo(VersionState.REJECTED);
        }
    }

    @Test
    void whatIsDeletedAtTheSameTimeIsNeitherCandidateNorLive() throws Exception {
        for (int number = 1; number <= ROUNDS; number++) {
            int some = number;
            atOnce(each -> switch (registries.indexOf(each)) {
                case 0 -> attempt(() -> new Rollout(each).propose(some, "a job", "", false));
                case 1 -> attempt(() -> Live.advance(each, some));
                default -> attempt(() -> new RegistryWriter(each.znodes(), Fence.NONE).deleteUnlessLive(some));
            });

            RegistryView.read(registry.znodes());
            assertThat(registry.candidate()
                            .map(candidate -> registry.version(candidate.getVersion()))
                            .filter(Optional::isEmpty))
                    .isEmpty();
        }
    }

    /** Or nothing, where the version is deleted. */
    private static boolean attempt(Runnable change) {
        try {
            change.run();
            return true;
        } catch (RegistryException e) {
            assertThat(e).hasMessageContaining("is not in");
            return false;
        }
    }

    private <T> List<T> atOnce(Function<ModelRegistry, T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(registries.size());
        List<Future<T>> results = new ArrayList<>();
        for (ModelRegistry each : registries) {
            Callable<T> atTheBarrier = () -> {
                start.await();
                return task.apply(each);
            };
            results.add(threads.submit(atTheBarrier));
        }
        List<T> done = new ArrayList<>();
        for (Future<T> result : results) {
            done.add(result.get());
        }
        return done;
    }
}
