package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LiveVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class LiveWatchIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<Long> told = new CopyOnWriteArrayList<>();
    private ModelRegistry registry;

    @BeforeEach
    void open(Sandbox sandbox) {
        registry = ModelRegistry.open(sandbox.zookeeper(), sandbox.uniqueName("digits"));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void usageExample() {
        makeLive(1);
        try (LiveWatch watch = registry.watchLive(this::note)) {
            awaitTold(1);
            makeLive(2);
            awaitTold(2);

            assertThat(watch).isNotNull();
            assertThat(told).containsExactly(1L, 2L);
        }
    }

    @Test
    void aFirstVersionIsToldWhenItComes() {
        try (LiveWatch watch = registry.watchLive(this::note)) {
            makeLive(1);
            awaitTold(1);

            assertThat(watch).isNotNull();
        }
    }

    @Test
    void aListenerThatFailsIsToldAgain() {
        makeLive(1);
        AtomicInteger calls = new AtomicInteger();
        try (LiveWatch watch = registry.watchLive(live -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("the first call of this test's listener fails");
            }
            note(live);
        })) {
            awaitTold(1);

            assertThat(watch).isNotNull();
        }
    }

    @Test
    void aClosedWatchTellsNothing() {
        makeLive(1);
        registry.watchLive(this::note).close();
        int toldAtClose = told.size();
        List<Long> other = new CopyOnWriteArrayList<>();
        try (LiveWatch watch =
                registry.watchLive(live -> other.add(live.getVersion().getVersion()))) {
            makeLive(2);
            await().atMost(LIMIT).until(() -> other.contains(2L));

            assertThat(watch).isNotNull();
        }

        assertThat(told).hasSize(toldAtClose);
    }

    @Test
    void goesOnAfterZooKeeperWasAway(Sandbox sandbox) {
        makeLive(1);
        try (LiveWatch watch = registry.watchLive(this::note)) {
            awaitTold(1);
            sandbox.stopZooKeeper();
            try {
                assertThat(told).containsExactly(1L);
            } finally {
                sandbox.startZooKeeper();
            }
            registry.requireReachable();
            makeLive(2);
            awaitTold(2);

            assertThat(watch).isNotNull();
            assertThat(told).containsExactly(1L, 2L);
        }
    }

    private void makeLive(long number) {
        registry.register(version(number));
        Live.advance(registry, number);
    }

    private void note(LiveVersion live) {
        told.add(live.getVersion().getVersion());
    }

    private void awaitTold(long number) {
        await().atMost(LIMIT).until(() -> told.contains(number));
    }
}
