package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.OffsetRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangesTest {
    @Test
    void rangesThatTouchBecomeOne() {
        assertThat(Ranges.join(List.of(range(0, 5, 8), range(1, 0, 3)), List.of(range(0, 8, 9))))
                .containsExactly(range(0, 5, 9), range(1, 0, 3));
    }

    @Test
    void aHoleBetweenRangesStaysAHole() {
        // A partition went to another trainer: the one that had it has not trained 8 yet.
        assertThat(Ranges.join(List.of(range(0, 9, 12)), List.of(range(0, 5, 8))))
                .containsExactly(range(0, 5, 8), range(0, 9, 12));
        assertThat(Ranges.join(List.of(range(0, 5, 8), range(0, 9, 12)), List.of(range(0, 8, 9))))
                .containsExactly(range(0, 5, 12));
    }

    @Test
    void theSpanGoesFromTheFirstToTheLast() {
        assertThat(Ranges.span(List.of(range(0, 5, 8)), List.of(range(0, 9, 12), range(1, 1, 2))))
                .containsExactly(range(0, 5, 12), range(1, 1, 2));
    }

    private static OffsetRange range(int partition, long from, long to) {
        return OffsetRange.newBuilder()
                .setTopic("digits.training")
                .setPartition(partition)
                .setFrom(from)
                .setTo(to)
                .build();
    }
}
