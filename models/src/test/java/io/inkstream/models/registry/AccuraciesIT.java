package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class AccuraciesIT {
    private ModelRegistry registry;
    private RegistryWriter writer;

    @BeforeEach
    void openAnEmptyRegistry(Sandbox sandbox) {
        registry = ModelRegistry.open(sandbox.zookeeper(), sandbox.uniqueName("digits"));
        writer = new RegistryWriter(registry.znodes(), Fence.NONE);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void usageExample() {
        registry.register(version(1));
        registry.register(version(2));
        registry.register(version(10));

        assertThat(registry.accuracy(2)).isEmpty();
        assertThat(registry.accuracies()).isEmpty();
        assertThat(registry.recordAccuracy(accuracy(10, 1))).isTrue();
        assertThat(registry.recordAccuracy(accuracy(2, 1))).isTrue();
        assertThat(registry.recordAccuracy(accuracy(2, 2))).isTrue();

        assertThat(registry.accuracy(2)).contains(accuracy(2, 2));
        assertThat(registry.accuracies())
                .containsExactly(Map.entry(2L, accuracy(2, 2)), Map.entry(10L, accuracy(10, 1)));
    }

    @Test
    void whatIsToldLastStandsAlsoWhereItCountsLess() {
        registry.register(version(1));
        registry.recordAccuracy(accuracy(1, 9));
        registry.recordAccuracy(accuracy(1, 3));
        registry.recordAccuracy(accuracy(1, 3));

        assertThat(registry.accuracy(1)).contains(accuracy(1, 3));
    }

    @Test
    void ofAVersionThatIsNotThereNothingIsKept() {
        assertThat(registry.recordAccuracy(accuracy(7, 1))).isFalse();
        assertThat(registry.accuracies()).isEmpty();
    }

    @Test
    void itIsDeletedWithItsVersion() {
        registry.register(version(1));
        registry.register(version(2));
        registry.recordAccuracy(accuracy(1, 1));
        assertThat(writer.deleteUnlessLive(1)).isTrue();
        assertThat(writer.deleteUnlessLive(2)).isTrue();

        assertThat(registry.versions()).isEmpty();
        assertThat(registry.accuracies()).isEmpty();
        assertThat(registry.recordAccuracy(accuracy(1, 2))).isFalse();
    }

    @Test
    void aDeletionDoesNotMissAnAccuracyThatIsWrittenMeanwhile() {
        for (int round = 1; round <= 50; round++) {
            long number = round;
            registry.register(version(number));
            CompletableFuture<Boolean> written =
                    CompletableFuture.supplyAsync(() -> registry.recordAccuracy(accuracy(number, 1)));
            assertThat(writer.deleteUnlessLive(number)).isTrue();
            written.join();

            assertThat(registry.versions()).isEmpty();
            assertThat(registry.accuracies()).isEmpty();
        }
    }

    @Test
    void aNewerFormatIsRefusedWithTheRemedy() {
        Znodes znodes = registry.znodes();
        znodes.createUnlessThere(znodes.accuracies(), "".getBytes(UTF_8));
        znodes.tryAll(
                "write",
                List.of(znodes.create(
                        znodes.accuracy(1),
                        CreateMode.PERSISTENT,
                        accuracy(1, 1).toBuilder().setFormat(2).build())));

        assertThatThrownBy(() -> registry.accuracy(1))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("has format 2, this release reads up to 1: upgrade Inkstream");
    }

    private static LiveEvaluation accuracy(long version, int sequence) {
        Confusion confusion = Confusion.newBuilder()
                .addAllCounts(Collections.nCopies(100, 0L))
                .setCounts(33, sequence)
                .build();
        return LiveEvaluation.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setModel("digits")
                .setVersion(version)
                .setTotal(confusion)
                .setSequence(sequence)
                .build();
    }
}
