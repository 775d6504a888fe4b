package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SandboxExtension.class)
class ModelRegistryIT {
    private String model;
    private ModelRegistry registry;
    private SharedClient client;

    @BeforeEach
    void openAnEmptyRegistry(Sandbox sandbox) {
        model = sandbox.uniqueName("digits");
        registry = ModelRegistry.open(sandbox.zookeeper(), model);
        client = SharedClient.acquire(ZooKeeperAccess.open(sandbox.zookeeper()));
    }

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    @Test
    void usageExample() {
        registry.requireReachable();
        registry.register(version(1));
        assertThat(registry.version(1)).contains(version(1));
        Live.advance(registry, 1);

        ModelVersion live = version(1).toBuilder().setState(VersionState.LIVE).build();
        assertThat(registry.version(1)).contains(live);
        assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(1);
        assertThat(registry.liveVersion().orElseThrow().getVersion()).isEqualTo(live);
    }

    @Test
    void anEmptyRegistryHasNoVersionsAndNothingLive() {
        assertThat(registry.versions()).isEmpty();
        assertThat(registry.version(1)).isEmpty();
        assertThat(registry.live()).isEmpty();
        assertThat(registry.liveVersion()).isEmpty();
        assertThat(registry.candidate()).isEmpty();
        assertThat(registry.scorers()).isEmpty();
        assertThat(registry.history()).isEmpty();
    }

    @Test
    void registeringTheSameVersionAgainChangesNothing() throws Exception {
        registry.register(version(1));
        String before = read("versions/1");
        registry.register(
                version(1).toBuilder().setLocation("hdfs://elsewhere/1").build());

        assertThat(read("versions/1")).isEqualTo(before);
        assertThat(registry.versions()).containsExactly(1L);
    }

    @Test
    void registeringAgainIsNothingAlsoWhereTheStateHasChanged() {
        registry.register(version(1));
        Live.advance(registry, 1);
        ModelVersion before = registry.version(1).orElseThrow();
        registry.register(version(1));

        assertThat(registry.version(1)).contains(before);
        assertThat(before.getState()).isEqualTo(VersionState.LIVE);
    }

    @Test
    void otherContentsUnderTheSameNumberAreRefused() {
        registry.register(version(1));
        ModelVersion otherModel =
                version(1).toBuilder().setOnnx(version(2).getOnnx()).build();
        ModelVersion otherTraining =
                version(1).toBuilder().setTraining(version(2).getTraining()).build();

        for (ModelVersion other : List.of(otherModel, otherTraining)) {
            assertThatThrownBy(() -> registry.register(other))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("version 1")
                    .hasMessageContaining("another training job");
        }
        assertThat(registry.version(1)).contains(version(1));
    }

    @Test
    void versionsComeInTheOrderOfTheirNumbers() {
        for (long number : new long[] {10, 2, 1, 100}) {
            registry.register(version(number));
        }

        assertThat(registry.versions()).containsExactly(1L, 2L, 10L, 100L);
    }

    @Test
    void theNewestIsTheHighestNumberThatWasEverRegistered(Sandbox sandbox) {
        assertThat(registry.newest()).isEmpty();
        registry.register(version(10));
        registry.register(version(2));
        assertThat(registry.newest()).hasValue(10);

        try (TrainerLease lease =
                TrainerLease.acquire(ZooKeeperAccess.open(sandbox.zookeeper()), model, "job", Duration.ZERO)) {
            lease.deleteUnlessLive(10);
            lease.deleteUnlessLive(2);
        }
        assertThat(registry.versions()).isEmpty();
        assertThat(registry.newest()).hasValue(10);
    }

    @Test
    void aRegistryOfBeforeThereWasANewestGoesByWhatIsListed() throws Exception {
        write("versions/9", MetadataJson.write(version(9)));
        write("versions/10", MetadataJson.write(version(10)));
        assertThat(registry.newest()).hasValue(10);

        registry.register(version(5));
        assertThat(read("newest")).contains("\"version\": \"10\"");
        registry.register(version(11));
        assertThat(registry.newest()).hasValue(11);
    }

    @Test
    void whereTheNewestCannotBeSetNothingIsRegistered() throws Exception {
        write("newest", "{\"format\": 2, \"version\": \"7\"}");

        assertThatThrownBy(() -> registry.register(version(8)))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("/newest has format 2");
        assertThat(registry.versions()).isEmpty();
    }

    @Test
    void twoClientsThatRegisterAtOnceLoseNothing(Sandbox sandbox) throws Exception {
        try (ModelRegistry other = ModelRegistry.open(sandbox.zookeeper().replace("localhost", "127.0.0.1"), model)) {
            other.requireReachable();
            CyclicBarrier start = new CyclicBarrier(2);
            CompletableFuture<Void> odd = register(registry, start, 1);
            CompletableFuture<Void> even = register(other, start, 2);
            odd.get();
            even.get();

            assertThat(registry.versions()).hasSize(40);
            assertThat(registry.newest()).hasValue(40);
        }
    }

    private static CompletableFuture<Void> register(ModelRegistry registry, CyclicBarrier start, int first) {
        return CompletableFuture.runAsync(() -> {
            try {
                start.await();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            for (int version = first; version <= 40; version += 2) {
                registry.register(version(version));
                assertThat(registry.newest().orElseThrow()).isGreaterThanOrEqualTo(version);
            }
        });
    }

    @Test
    void peopleCanReadWhatStandsInZooKeeper() throws Exception {
        registry.register(version(1));
        Live.advance(registry, 1);

        assertThat(read("versions/1")).contains("\"version\": \"1\"", "\"state\": \"LIVE\"");
        assertThat(read("live")).contains("\"version\": \"1\"", "\"since\": \"2");
    }

    @Test
    void aNewerFormatIsRefusedAndAnUnknownFieldIsNot() throws Exception {
        write("versions/1", "{\"format\": 2, \"version\": \"1\"}");
        write("versions/2", "{\"format\": 1, \"version\": \"2\", \"fromTheFuture\": {\"a\": [1]}}");
        write("live", "{\"format\": 2, \"version\": \"1\", \"move\": \"9\"}");

        assertThatThrownBy(() -> registry.version(1))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("/inkstream/" + model + "/versions/1 has format 2")
                .hasMessageContaining("upgrade Inkstream");
        assertThat(registry.version(2).orElseThrow().getVersion()).isEqualTo(2);
        assertThatThrownBy(() -> registry.live())
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("/live has format 2");
        // What is not understood is not overwritten either.
        assertThatThrownBy(() -> new Rollout(registry).propose(3, "a test", "", true))
                .isInstanceOf(RegistryException.class);
        assertThat(read("live")).contains("\"move\": \"9\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "garbage", "null", "[]", "{", "{}", "{\"format\": -1}", "{\"version\": \"x\"}", "\u0000"})
    void garbageIsRefusedWithTheNodesName(String garbage) throws Exception {
        write("versions/1", garbage);
        write("live", garbage);

        assertThatThrownBy(() -> registry.version(1))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("/inkstream/" + model + "/versions/1");
        assertThatThrownBy(() -> registry.liveVersion())
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("/inkstream/" + model + "/live");
    }

    @Test
    void aLivePointerToNothingIsToldSo() throws Exception {
        write("live", "{\"format\": 1, \"version\": \"5\", \"move\": \"1\"}");

        assertThatThrownBy(() -> registry.liveVersion())
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("live version 5 has no metadata");
    }

    @Test
    void oneUserThatClosesTwiceDoesNotTakeTheClientFromAnother(Sandbox sandbox) {
        ModelRegistry another = ModelRegistry.open(sandbox.zookeeper(), model);
        for (int i = 0; i < 5; i++) {
            another.close();
        }

        registry.requireReachable();
        registry.register(version(1));
        assertThat(registry.versions()).containsExactly(1L);
    }

    @Test
    void whereNothingAnswersTheAddressIsTold() {
        String nobody = "localhost:1,no-such-host.invalid:2181/chroot";
        try (ModelRegistry nowhere = ModelRegistry.open(nobody, model)) {
            assertThatThrownBy(nowhere::requireReachable)
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContainingAll(
                            "cannot reach ZooKeeper at " + nobody,
                            "localhost:1: Connection refused",
                            "no-such-host.invalid:2181: no host of that name");
        }
    }

    @Test
    void whereSomebodyListensAConnectionIsWaitedFor(Sandbox sandbox) {
        assertThat(Ensemble.of("localhost:1," + sandbox.zookeeper()).whyNobodyListens())
                .isEmpty();
    }

    @Test
    void aChrootThatDoesNotExistIsNotTakenForAnEmptyRegistry(Sandbox sandbox) {
        try (ModelRegistry missing = ModelRegistry.open(sandbox.zookeeper() + "/inkstream/not/there", model)) {
            assertThatThrownBy(missing::requireReachable)
                    .isInstanceOf(RegistryException.class)
                    .isNotInstanceOf(UnreachableException.class)
                    .hasMessageContainingAll(
                            "has no node /inkstream/not/there",
                            "zkCli.sh -server %s create /inkstream/not && ".formatted(sandbox.zookeeper()),
                            "create /inkstream/not/there");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Digits", "a/b", "..", "-a", ".a", "a b", "a\n", "\u00fc", "a\u0000"})
    void namesThatDoNotFitEverywhereAreRefused(String name) {
        assertThatThrownBy(() -> ModelRegistry.requireModelName(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lower-case");
    }

    @Test
    void namesAreAtMost63Characters() {
        ModelRegistry.requireModelName("a".repeat(63));
        ModelRegistry.requireModelName("0.a_b-c");

        assertThatThrownBy(() -> ModelRegistry.requireModelName("a".repeat(64)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void write(String node, String json) throws Exception {
        CuratorFramework curator = client.curator();
        curator.create().orSetData().creatingParentsIfNeeded().forPath(path(node), json.getBytes(UTF_8));
        assertThat(Arrays.equals(curator.getData().forPath(path(node)), json.getBytes(UTF_8)))
                .isTrue();
    }

    private String read(String node) throws Exception {
        return new String(client.curator().getData().forPath(path(node)), UTF_8);
    }

    private String path(String node) {
        return "/inkstream/" + model + "/" + node;
    }
}
