package io.inkstream.models.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.accuracy.ConfidenceSequence.Bounds;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfidenceSequenceTest {
    @Test
    void usageExample() {
        Bounds bounds = ConfidenceSequence.of(new Judged(1_000, 970));

        assertThat(bounds.low()).isBetween(0.94, 0.96);
        assertThat(bounds.high()).isBetween(0.98, 0.99);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.97, 0.999})
    void theAccuracyIsWithinTheBoundsAtAllTimesInNineteenStreamsOfTwenty(double accuracy) {
        long left = IntStream.range(0, 1_000)
                .filter(seed -> everLeaves(seed, accuracy))
                .count();

        assertThat(left).isLessThanOrEqualTo(50);
    }

    private static boolean everLeaves(int seed, double accuracy) {
        SplittableRandom random = new SplittableRandom(seed);
        int correct = 0;
        for (int labels = 1; labels <= 2_000; labels++) {
            correct += random.nextDouble() < accuracy ? 1 : 0;
            // What comes after the first labels changes slowly.
            if (labels <= 50 || labels % 20 == 0) {
                Bounds bounds = ConfidenceSequence.of(new Judged(labels, correct));
                if (accuracy < bounds.low() || accuracy > bounds.high()) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void withoutLabelsAnythingIsPossible() {
        assertThat(ConfidenceSequence.of(new Judged(0, 0))).isEqualTo(new Bounds(0, 1));
    }

    @Test
    void whatIsAllRightOrAllWrongHasBoundsToo() {
        Bounds right = ConfidenceSequence.of(new Judged(100, 100));
        Bounds wrong = ConfidenceSequence.of(new Judged(100, 0));

        assertThat(right.low()).isBetween(0.9, 0.99);
        assertThat(right.high()).isEqualTo(1);
        assertThat(wrong.low()).isZero();
        assertThat(wrong.high()).isBetween(0.01, 0.3);
    }
}
