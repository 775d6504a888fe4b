package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class RegistryWatchIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<RegistryView> told = new CopyOnWriteArrayList<>();
    private String zookeeper;
    private ModelRegistry registry;
    private ModelRegistry elsewhere;
    private SharedClient client;
    private Rollout rollout;

    @BeforeEach
    void open(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        String model = sandbox.uniqueName("digits");
        registry = ModelRegistry.open(zookeeper, model);
        // A client of its own, and so a session that is not lost with the watch's.
        elsewhere = ModelRegistry.open(zookeeper.replace("localhost", "127.0.0.1"), model);
        client = SharedClient.acquire(ZooKeeperAccess.open(zookeeper));
        rollout = new Rollout(elsewhere);
    }

    @AfterEach
    void close() {
        client.close();
        elsewhere.close();
        registry.close();
    }

    @Test
    void usageExample() {
        try (RegistryWatch watch = registry.watch(told::add)) {
            awaitTold(0, 0);
            propose(1);
            awaitTold(0, 1);
            rollout.advance();
            awaitTold(1, 0);

            // One of them may be told twice: a change may fall into the midst of its being read.
            assertThat(told.stream()
                            .map(view -> live(view) + " " + candidate(view))
                            .distinct())
                    .containsExactly("0 0", "0 1", "1 0");
            assertThat(told.get(1).candidate().orElseThrow().candidate().getAttempt())
                    .isEqualTo(1);
            assertThat(last().live().orElseThrow().getVersion())
                    .isEqualTo(elsewhere.version(1).orElseThrow());
            assertThat(watch.age()).isLessThan(LIMIT);
        }
    }

    @Test
    void aCandidateThatBecomesLiveIsNeverInNeither() {
        int last = 150;
        try (RegistryWatch watch = registry.watch(told::add)) {
            awaitTold(0, 0);
            for (int number = 1; number <= last; number++) {
                propose(number);
                rollout.advance();
            }
            awaitTold(last, 0);
            assertThat(watch).isNotNull();
        }
        long candidate = 0;
        for (RegistryView view : told) {
            candidate = Math.max(candidate, candidate(view));
            assertThat(Math.max(live(view), candidate(view))).isGreaterThanOrEqualTo(candidate);
            assertThat(live(view)).isNotEqualTo(candidate(view) == 0 ? -1 : candidate(view));
        }
    }

    @Test
    void aLostSessionDelaysTheNewsOnly() throws Exception {
        try (RegistryWatch watch = registry.watch(told::add)) {
            awaitTold(0, 0);
            Sessions.expire(client, zookeeper);
            propose(1);
            awaitTold(0, 1);
            Sessions.expire(client, zookeeper);
            rollout.advance();
            awaitTold(1, 0);
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void itTellsWhatWasLiveBefore() {
        try (RegistryWatch watch = registry.watch(told::add)) {
            propose(1);
            rollout.advance();
            awaitTold(1, 0);
            assertThat(last().previous()).isEmpty();
            propose(2);
            rollout.advance();
            awaitTold(2, 0);
            assertThat(last().previous()).hasValue(1);
            rollout.propose(1, "anna", "2 takes 1 for 7", true);
            rollout.advance();
            awaitTold(1, 0);

            assertThat(last().previous()).hasValue(2);
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void theAgeTellsHowLongZooKeeperHasNotAnswered(Sandbox sandbox) {
        propose(1);
        try (RegistryWatch watch = registry.watch(told::add)) {
            awaitTold(0, 1);
            sandbox.stopZooKeeper();
            try {
                // Several times the period at which it reads.
                await().atMost(LIMIT).until(() -> watch.age().compareTo(Duration.ofSeconds(4)) > 0);
                assertThat(told).hasSize(1);
            } finally {
                sandbox.startZooKeeper();
            }
            await().atMost(LIMIT).until(() -> watch.age().compareTo(Duration.ofSeconds(4)) < 0);
            elsewhere.requireReachable();
            rollout.advance();
            awaitTold(1, 0);
        }
    }

    @Test
    void whatNoEventTellsIsSeenNevertheless() {
        propose(1);
        try (RegistryWatch watch = registry.watch(told::add)) {
            awaitTold(0, 1);
            Znodes znodes = elsewhere.znodes();
            ModelVersion changed = elsewhere.version(1).orElseThrow().toBuilder()
                    .setReason("a note")
                    .build();
            int revision = znodes.read(znodes.version(1)).orElseThrow().revision();
            znodes.tryAll("note", List.of(znodes.set(znodes.version(1), revision, changed)));

            await().atMost(LIMIT)
                    .until(() -> last().candidate()
                            .map(RegistryView.CandidateVersion::version)
                            .filter(changed::equals)
                            .isPresent());
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void whatCannotBeReadIsReadOnceItCan() throws Exception {
        propose(1);
        String path = registry.znodes().candidate();
        byte[] good = client.curator().getData().forPath(path);
        client.curator().setData().forPath(path, "garbage".getBytes(UTF_8));
        try (RegistryWatch watch = registry.watch(told::add)) {
            await().atMost(LIMIT).until(() -> watch.age().compareTo(Duration.ofSeconds(3)) > 0);
            assertThat(told).isEmpty();
            client.curator().setData().forPath(path, good);
            awaitTold(0, 1);
        }
    }

    private void propose(long number) {
        elsewhere.register(version(number));
        rollout.propose(number, "a test", "", false);
    }

    private void awaitTold(long live, long candidate) {
        await().atMost(LIMIT).until(() -> !told.isEmpty() && live(last()) == live && candidate(last()) == candidate);
    }

    private RegistryView last() {
        return told.get(told.size() - 1);
    }

    private static long live(RegistryView view) {
        return view.live().map(live -> live.getVersion().getVersion()).orElse(0L);
    }

    private static long candidate(RegistryView view) {
        return view.candidate()
                .map(candidate -> candidate.version().getVersion())
                .orElse(0L);
    }
}
