package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void usageExample() {
        // 1,000 ms down to 1 ms.
        long[] nanos = LongStream.rangeClosed(1, 1_000)
                .map(i -> (1_001 - i) * 1_000_000)
                .toArray();

        assertThat(Percentiles.ofNanos(nanos)).isEqualTo(new Percentiles(1_000, 500, 990, 999, 1_000));
        assertThat(nanos[0]).isEqualTo(1_000_000_000);
    }

    @Test
    void ofFewValuesTheHighOnesAreTheLargest() {
        assertThat(Percentiles.ofNanos(new long[] {2_500_000, 1_000_000, 1_500_000}))
                .isEqualTo(new Percentiles(3, 1.5, 2.5, 2.5, 2.5));
        assertThat(Percentiles.ofNanos(new long[] {250_000})).isEqualTo(new Percentiles(1, 0.25, 0.25, 0.25, 0.25));
    }

    @Test
    void thereAreNoneOfNothing() {
        assertThat(Percentiles.ofNanos(new long[0]))
                .isEqualTo(new Percentiles(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN));
    }
}
