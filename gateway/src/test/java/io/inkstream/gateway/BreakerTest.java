package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private long now;
    private final Breaker breaker = new Breaker(() -> now);

    @Test
    void usageExample() {
        IntStream.range(0, 8).forEach(i -> {
            assertThat(breaker.lets()).isTrue();
            breaker.failed();
        });

        assertThat(breaker.lets()).isFalse();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(breaker.lets()).isTrue();
        breaker.succeeded();
        assertThat(breaker.lets()).isTrue();
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void oneSuccessInBetweenKeepsItClosed() {
        IntStream.range(0, 7).forEach(i -> breaker.failed());
        breaker.succeeded();
        IntStream.range(0, 7).forEach(i -> breaker.failed());

        assertThat(breaker.lets()).isTrue();
    }

    @Test
    void onlyOnePassesInASecond() {
        IntStream.range(0, 20).forEach(i -> breaker.failed());
        now += Duration.ofSeconds(1).toNanos();

        assertThat(breaker.lets()).isTrue();
        assertThat(breaker.lets()).isFalse();
        breaker.failed();
        now += Duration.ofMillis(999).toNanos();
        assertThat(breaker.lets()).isFalse();
        now += Duration.ofMillis(1).toNanos();
        assertThat(breaker.lets()).isTrue();
    }
}
