package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoakCommandTest {
    private static final Footprint SETTLED = new Footprint(100, 300, 900, 500, 200, 12, 17, 20);

    @Test
    void whatStaysWithinTheAllowanceIsNoGrowth() {
        Footprint end = new Footprint(500, 332, 2_000, 596, 300, 12, 17, 40);

        assertThat(SoakCommand.growth(SETTLED, end)).isEmpty();
    }

    @Test
    void whatGrowsBeyondItIsNamed() {
        Footprint end = new Footprint(500, 333, 900, 597, 200, 13, 18, 20);

        assertThat(SoakCommand.growth(SETTLED, end))
                .containsExactly(
                        "33 MB on the heap, allowed are 32",
                        "97 MB beyond the heap, allowed are 96",
                        "1 threads of Inkstream, allowed are 0",
                        "1 files in the cache beyond its limit, allowed are 0");
    }
}
