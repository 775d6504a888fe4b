package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.OffsetRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffsetsTest {
    @Test
    void usageExample() {
        Offsets offsets = new Offsets();
        read(offsets, 0, 5, 6, 7);
        offsets.trained();
        read(offsets, 0, 8);

        assertThat(offsets.handOn()).containsExactly(range(0, 5, 8));
        assertThat(offsets.snapshot()).containsExactly(range(0, 8, 9));
    }

    @Test
    void nothingIsHandedOnTwice() {
        Offsets offsets = new Offsets();
        read(offsets, 0, 5);
        offsets.trained();
        offsets.handOn();

        assertThat(offsets.handOn()).isEmpty();
        read(offsets, 0, 6);
        assertThat(offsets.handOn()).isEmpty();
        offsets.trained();
        assertThat(offsets.handOn()).containsExactly(range(0, 6, 7));
    }

    @Test
    void rangesTouchAlsoWhereOffsetsAreMissing() {
        // A transaction's marker, or a compacted record: the reader never sees 2 to 8.
        Offsets offsets = new Offsets();
        read(offsets, 0, 0, 1);
        offsets.trained();
        List<OffsetRange> first = offsets.handOn();
        read(offsets, 0, 9);
        offsets.trained();

        assertThat(first).containsExactly(range(0, 0, 2));
        assertThat(offsets.handOn()).containsExactly(range(0, 2, 10));
    }

    @Test
    void partitionsAreKeptApartAndSorted() {
        Offsets offsets = new Offsets();
        read(offsets, 10, 1);
        read(offsets, 2, 7);
        offsets.trained();
        read(offsets, 2, 8);

        assertThat(offsets.handOn()).containsExactly(range(2, 7, 8), range(10, 1, 2));
        assertThat(offsets.snapshot()).containsExactly(range(2, 8, 9), range(10, 2, 2));
    }

    @Test
    void goesOnFromASnapshotWhereItWas() {
        Offsets offsets = new Offsets();
        read(offsets, 0, 0, 1, 2);
        offsets.trained();
        read(offsets, 0, 3);
        read(offsets, 1, 40);
        offsets.handOn();

        Offsets restored = Offsets.restore(offsets.snapshot());
        assertThat(restored.handOn()).isEmpty();
        assertThat(restored.snapshot()).isEqualTo(offsets.snapshot());
        read(restored, 0, 4);
        restored.trained();

        assertThat(restored.handOn()).containsExactly(range(0, 3, 5), range(1, 40, 41));
    }

    private static void read(Offsets offsets, int partition, long... numbers) {
        for (long number : numbers) {
            offsets.read(TestSamples.gap(partition, number));
        }
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
