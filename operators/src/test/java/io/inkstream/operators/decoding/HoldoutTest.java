package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HoldoutTest {
    @Test
    void aboutTheShareIsHeldOut() {
        long heldOut = IntStream.range(0, 20_000)
                .filter(i -> Holdout.contains("image-" + i, 0.02))
                .count();

        assertThat(heldOut / 20_000.0).isCloseTo(0.02, within(0.004));
    }

    @Test
    void itIsAlwaysTheSame() {
        // The choice is part of what a version can be rebuilt from: it must never change. SHA-256("a") begins with
        // ca97.
        assertThat(Holdout.contains("a", 0xca98 / 65536.0)).isTrue();
        assertThat(Holdout.contains("a", 0xca97 / 65536.0)).isFalse();
    }

    @Test
    void withoutAShareNothingIs() {
        assertThat(IntStream.range(0, 1_000).filter(i -> Holdout.contains("" + i, 0)))
                .isEmpty();
    }

    @Test
    void aLargerShareHoldsOutWhatASmallerOneDoes() {
        assertThat(IntStream.range(0, 1_000).filter(i -> Holdout.contains("" + i, 0.1)))
                .allMatch(i -> Holdout.contains("" + i, 0.2));
    }
}
