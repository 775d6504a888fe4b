package io.inkstream.operators.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Rollout;
import io.inkstream.models.registry.ScorerPresence;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.operators.TestModels;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScorerStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SandboxExtension.class)
@Timeout(120)
class RolloutReaderIT {
    private static final String NOBODY = "localhost:1";

    @TempDir
    Path folder;

    private final Emitted<RolloutView> emitted = new Emitted<>();
    private String zookeeper;
    private String model;

    @BeforeEach
    void nameAModel(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
    }

    @Test
    void usageExample() throws Exception {
        try (RolloutReader reader = reader(zookeeper)) {
            reader.start();
            TestModels.makeLive(zookeeper, model, 1);
            awaitView(reader, view -> liveOf(view) == 1);
            TestModels.makeLive(zookeeper, model, 2);
            RolloutView second = awaitView(reader, view -> liveOf(view) == 2);

            assertThat(second.getLive().getVersion().getOnnx())
                    .isEqualTo(TestModels.version(model, 2).getOnnx());
            assertThat(second.hasCandidate()).isFalse();
            assertThat(second.getPrevious()).isEqualTo(1);
            assertThat(second.getFromCache()).isFalse();
            assertThat(emitted.idle()).isTrue();
        }
    }

    @Test
    void tellsTheCandidateAndMovesLiveOnceTheScorersHaveLoadedIt() throws Exception {
        TestModels.makeLive(zookeeper, model, 1);
        try (RolloutReader reader = reader(zookeeper);
                ModelRegistry registry = ModelRegistry.open(zookeeper, model);
                ScorerPresence scorer =
                        ScorerPresence.announce(ZooKeeperAccess.open(zookeeper), model, "0a".repeat(16), 0, 1)) {
            awaitScorers(registry);
            registry.register(TestModels.version(model, 2));
            new Rollout(registry).propose(2, "a test", "", false);
            reader.start();
            RolloutView before = awaitView(reader, RolloutView::hasCandidate);
            assertThat(liveOf(before)).isEqualTo(1);
            assertThat(before.getCandidate().getVersion()).isEqualTo(2);
            assertThat(before.getCandidateVersion().getOnnx())
                    .isEqualTo(TestModels.version(model, 2).getOnnx());

            scorer.update(ScorerStatus.newBuilder().addLoaded(2).build());
            RolloutView after = awaitView(reader, view -> liveOf(view) == 2);

            assertThat(after.hasCandidate()).isFalse();
        }
    }

    @Test
    void whereNothingIsLiveThatIsAllItTells() throws Exception {
        try (RolloutReader reader = reader(zookeeper)) {
            reader.start();
            RolloutView first = awaitView(reader, view -> true);

            assertThat(first).isEqualTo(RolloutView.getDefaultInstance());
            assertThat(reader.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            assertThat(reader.isAvailable()).isNotDone();
            assertThat(emitted.records()).hasSize(1);
            assertThat(reader.snapshotState(1)).isEmpty();
        }
    }

    @Test
    void withoutZooKeeperAndCachePollingReturnsAndWaits() throws Exception {
        try (RolloutReader reader = reader(NOBODY)) {
            reader.start();

            assertThat(reader.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            assertThat(reader.isAvailable()).isNotDone();
            assertThat(emitted.idle()).isTrue();
        }
    }

    @Test
    void withoutZooKeeperItTellsWhatWasLiveAndSaysSo() throws Exception {
        site(NOBODY).files().rememberLive(TestModels.live(model, 7, 9));
        try (RolloutReader reader = reader(NOBODY)) {
            reader.start();
            RolloutView view = awaitView(reader, RolloutView::hasLive);

            assertThat(view.getLive()).isEqualTo(TestModels.live(model, 7, 9));
            assertThat(view.getFromCache()).isTrue();
            assertThat(view.hasCandidate()).isFalse();
        }
    }

    @Test
    void goesOnAfterZooKeeperWasAway(Sandbox sandbox) throws Exception {
        TestModels.makeLive(zookeeper, model, 1);
        try (RolloutReader reader = reader(zookeeper)) {
            reader.start();
            awaitView(reader, view -> liveOf(view) == 1);
            sandbox.stopZooKeeper();
            try {
                assertThat(reader.pollNext(emitted)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            } finally {
                sandbox.startZooKeeper();
            }
            TestModels.makeLive(zookeeper, model, 2);
            awaitView(reader, view -> liveOf(view) == 2);

            assertThat(emitted.records()).noneMatch(RolloutView::getFromCache);
        }
    }

    private static void awaitScorers(ModelRegistry registry) {
        await().atMost(Duration.ofMinutes(1)).until(() -> !registry.scorers().isEmpty());
    }

    /** As the task does it: polls again and again, waiting in between. */
    private RolloutView awaitView(RolloutReader reader, Predicate<RolloutView> wanted) throws Exception {
        while (true) {
            reader.isAvailable().get();
            reader.pollNext(emitted);
            List<RolloutView> views = emitted.records();
            if (!views.isEmpty() && wanted.test(views.get(views.size() - 1))) {
                return views.get(views.size() - 1);
            }
        }
    }

    private static long liveOf(RolloutView view) {
        return view.getLive().getPointer().getVersion();
    }

    private ModelSite site(String registry) {
        return new ModelSite(
                folder.resolve("root").toUri().toString(),
                registry,
                model,
                folder.resolve("cache").toString());
    }

    private RolloutReader reader(String registry) {
        return new RolloutReader(site(registry), new UnregisteredMetricsGroup());
    }
}
