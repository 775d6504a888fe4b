package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StallWatchTest {
    private long now = 1;

    @Test
    void aTrainerThatIsBusyForMoreThanAMinuteIsStalledUntilItGetsOn() {
        try (StallWatch watch = new StallWatch(() -> now)) {
            watch.busy();
            now += Duration.ofSeconds(59).toNanos();
            assertThat(watch.isStalled()).isFalse();
            now += Duration.ofSeconds(2).toNanos();
            assertThat(watch.isStalled()).isTrue();

            watch.idle();
            assertThat(watch.isStalled()).isFalse();
        }
    }

    @Test
    void aTrainerWithoutDataIsNotStalled() {
        try (StallWatch watch = new StallWatch(() -> now)) {
            watch.busy();
            watch.idle();
            now += Duration.ofHours(1).toNanos();

            assertThat(watch.isStalled()).isFalse();
        }
    }
}
