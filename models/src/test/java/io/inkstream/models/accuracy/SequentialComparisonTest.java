package io.inkstream.models.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Simulated labels of two versions, one after the other, with a look after each. */
class SequentialComparisonTest {
    private static final int STREAMS = 1_000;
    /** What the version before was labelled with while it was live, and what the live one is followed for. */
    private static final int BEFORE = 5_000;

    private static final int LIVE = 10_000;
    private static final int NEVER = Integer.MAX_VALUE;

    @Test
    void usageExample() {
        Judged before = new Judged(5_000, 4_850);
        SequentialComparison comparison = new SequentialComparison(before, new Judged(2_000, 1_880));

        assertThat(comparison.isWorseByMoreThan(0.005)).isTrue();
        assertThat(comparison.isWorseByMoreThan(0.02))
                .as("3 points are seen, 2 are sure")
                .isFalse();
        assertThat(comparison.worseByAtLeast()).isBetween(0.005, 0.02);
        assertThat(new SequentialComparison(before, new Judged(2_000, 1_930)).isWorseByMoreThan(0))
                .isFalse();
    }

    @Test
    void anEqualVersionIsFoundWorseInLessThanOneStreamInTwenty() {
        long fired = IntStream.range(0, STREAMS)
                .filter(seed -> labelsUntilItFires(seed, 0.97, 0.97, 0) < NEVER)
                .count();

        assertThat(fired).isLessThanOrEqualTo(STREAMS / 20);
    }

    @Test
    void aVersionThatIsWorseByJustTheToleranceIsLeftAlone() {
        long fired = IntStream.range(0, STREAMS)
                .filter(seed -> labelsUntilItFires(seed, 0.9, 0.89, 0.01) < NEVER)
                .count();

        assertThat(fired).isLessThanOrEqualTo(STREAMS / 20);
    }

    @Test
    void aVersionThatIsThreePointsWorseIsFoundSo() {
        int[] labels = IntStream.range(0, STREAMS)
                .map(seed -> labelsUntilItFires(seed, 0.97, 0.94, 0.005))
                .sorted()
                .toArray();

        long fired = Arrays.stream(labels).filter(n -> n < NEVER).count();
        assertThat(fired).isGreaterThanOrEqualTo(STREAMS * 95 / 100);
        // docs/late-labels.md says so.
        assertThat(labels[STREAMS / 2]).as("the median").isCloseTo(1_300, within(150));
        assertThat(labels[STREAMS * 95 / 100]).as("of 95 %").isLessThan(4_500);
    }

    @Test
    void aVersionThatIsMuchWorseIsFoundSoWithinTwoHundredLabels() {
        int[] labels = IntStream.range(0, STREAMS)
                .map(seed -> labelsUntilItFires(seed, 0.97, 0.7, 0.005))
                .sorted()
                .toArray();

        assertThat(labels[STREAMS - 1]).isLessThan(200);
    }

    @Test
    void theLowerEndIsTheLargestToleranceWithWhichItFires() {
        SequentialComparison comparison = new SequentialComparison(new Judged(900, 880), new Judged(700, 420));
        double atLeast = comparison.worseByAtLeast();

        assertThat(comparison.isWorseByMoreThan(atLeast - 1e-6)).isTrue();
        assertThat(comparison.isWorseByMoreThan(atLeast + 1e-6)).isFalse();
    }

    @Test
    void theEvidenceIsAgainstTheMostLikelyPairOfAllThatAreAllowed() {
        Judged before = new Judged(900, 880);
        Judged live = new Judged(700, 420);
        double tolerance = new SequentialComparison(before, live).worseByAtLeast();

        int steps = 100_000;
        double largest = IntStream.range(1, steps)
                .mapToDouble(i -> tolerance + (1 - tolerance) * i / steps)
                .map(p -> Mixture.at(p, before) + Mixture.at(p - tolerance, live))
                .max()
                .orElseThrow();
        assertThat(Mixture.mean(before) + Mixture.mean(live) - largest).isCloseTo(Math.log(20), within(1e-4));
    }

    @Test
    void whatIsAllRightOrAllWrongIsComparedToo() {
        assertThat(new SequentialComparison(new Judged(100, 100), new Judged(100, 0)).worseByAtLeast())
                .isBetween(0.6, 1.0);
        assertThat(new SequentialComparison(new Judged(100, 0), new Judged(100, 100)).worseByAtLeast())
                .isZero();
        assertThat(new SequentialComparison(new Judged(100, 100), new Judged(100, 100)).worseByAtLeast())
                .isZero();
    }

    @Test
    void withoutLabelsThereIsNothingToSay() {
        Judged none = new Judged(0, 0);

        assertThat(new SequentialComparison(none, new Judged(1_000, 0)).isWorseByMoreThan(0))
                .isFalse();
        assertThat(new SequentialComparison(new Judged(1_000, 1_000), none).isWorseByMoreThan(0))
                .isFalse();
    }

    @Test
    void countsOfAYearAreNoMatter() {
        Judged before = new Judged(10_000_000_000L, 9_700_000_000L);

        assertThat(new SequentialComparison(before, new Judged(10_000_000_000L, 9_699_900_000L)).isWorseByMoreThan(0))
                .isFalse();
        assertThat(new SequentialComparison(before, new Judged(10_000_000_000L, 9_690_000_000L)).worseByAtLeast())
                .isCloseTo(0.001, within(0.0001));
    }

    /** While the live version's labels come, one in ten is a late one of the version before. */
    private static int labelsUntilItFires(int seed, double accuracyBefore, double accuracyLive, double tolerance) {
        SplittableRandom random = new SplittableRandom(seed);
        int before = BEFORE;
        long correctBefore = IntStream.range(0, BEFORE)
                .filter(i -> random.nextDouble() < accuracyBefore)
                .count();
        int correct = 0;
        for (int labels = 1; labels <= LIVE; labels++) {
            correct += random.nextDouble() < accuracyLive ? 1 : 0;
            if (labels % 10 == 0) {
                before++;
                correctBefore += random.nextDouble() < accuracyBefore ? 1 : 0;
            }
            Judged live = new Judged(labels, correct);
            if (new SequentialComparison(new Judged(before, correctBefore), live).isWorseByMoreThan(tolerance)) {
                return labels;
            }
        }
        return NEVER;
    }
}
