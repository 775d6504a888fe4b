package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.v1.Comparison;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Score;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
    private static final Gate GATE = new Gate(Gate.Policy.GATE, 0.005);
    private static final ModelVersion LIVE = onHoldout(6, 1_960, 2_000);

    @Test
    void usageExample() {
        assertThat(GATE.objection(compared(2_000, 20, 120), Optional.of(LIVE)))
                .hasValue("worse than live version 6 by 5.00 points on the same 2000 held-out images, by more than 4.03"
                        + " with a confidence of 95 %; tolerated are 0.50");
        assertThat(GATE.objection(compared(2_000, 120, 20), Optional.of(LIVE))).isEmpty();
    }

    @Test
    void doubtSpeaksForTheVersion() {
        // Half a point worse, and on twenty images five points: either may be chance.
        assertThat(GATE.objection(compared(2_000, 30, 40), Optional.of(LIVE))).isEmpty();
        assertThat(GATE.objection(compared(20, 0, 1), Optional.of(LIVE))).isEmpty();
        assertThat(GATE.objection(compared(20, 0, 8), Optional.of(LIVE))).isPresent();
    }

    @Test
    void aDifferenceWithinTheToleranceIsNone() {
        ModelVersion slightly = compared(1_000_000, 0, 4_000);

        assertThat(GATE.objection(slightly, Optional.of(LIVE))).isEmpty();
        assertThat(new Gate(Gate.Policy.GATE, 0).objection(slightly, Optional.of(LIVE)))
                .isPresent();
    }

    @Test
    void comparedWithAnotherVersionThanTheLiveOneTheScoresCount() {
        assertThat(GATE.objection(onHoldout(7, 1_800, 2_000), Optional.of(LIVE)))
                .get()
                .asString()
                .contains("worse than live version 6 by 8.00 points on 2000 and 2000 held-out images");
        assertThat(GATE.objection(onHoldout(7, 1_950, 2_000), Optional.of(LIVE)))
                .isEmpty();
    }

    @Test
    void withoutAHoldoutThePrequentialScoresCount() {
        ModelVersion live = prequential(6, 4_800, 5_000);

        assertThat(GATE.objection(prequential(7, 4_000, 5_000), Optional.of(live)))
                .get()
                .asString()
                .contains("before it was trained on them");
        assertThat(GATE.objection(prequential(7, 4_790, 5_000), Optional.of(live)))
                .isEmpty();
        assertThat(GATE.objection(prequential(7, 0, 0), Optional.of(live))).isEmpty();
    }

    @Test
    void aLiveVersionThatHasReadAFewImagesWithoutAMistakeIsNotTakenForFaultless() {
        assertThat(GATE.objection(prequential(7, 488, 500), Optional.of(prequential(6, 40, 40))))
                .isEmpty();
        assertThat(GATE.objection(onHoldout(7, 195, 200), Optional.of(onHoldout(6, 40, 40))))
                .isEmpty();
        assertThat(GATE.objection(compared(40, 0, 3), Optional.of(LIVE))).isEmpty();
    }

    /** @param images on which the live version, and those on which the other was counted */
    @ParameterizedTest
    @CsvSource({"40, 40", "40, 500", "500, 40", "2000, 2000"})
    void ofVersionsThatReadEquallyWellFewAreRejected(int images, int others) {
        Gate strict = new Gate(Gate.Policy.GATE, 0);
        Random random = new Random(images);
        int trials = 4_000;
        int rejected = 0;
        for (int trial = 0; trial < trials; trial++) {
            ModelVersion live = prequential(6, readRight(images, random), images);
            ModelVersion version = prequential(7, readRight(others, random), others);
            rejected += strict.objection(version, Optional.of(live)).isPresent() ? 1 : 0;
        }
        // 5 % and what chance adds to it.
        assertThat(rejected).isLessThanOrEqualTo(trials * 6 / 100);
    }

    private static int readRight(int images, Random random) {
        return (int) random.doubles(images).filter(drawn -> drawn < 0.97).count();
    }

    @Test
    void aFirstVersionAndThoseOfOtherPoliciesPass() {
        ModelVersion bad = compared(2_000, 0, 1_900);

        assertThat(GATE.objection(bad, Optional.empty())).isEmpty();
        assertThat(new Gate(Gate.Policy.ALWAYS, 0).objection(bad, Optional.of(LIVE)))
                .isEmpty();
        assertThatThrownBy(() -> new Gate(Gate.Policy.GATE, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ModelVersion compared(long samples, long gained, long lost) {
        return ModelVersion.newBuilder()
                .setVersion(7)
                .setHoldout(Evaluation.newBuilder()
                        .setLive(Comparison.newBuilder()
                                .setVersion(6)
                                .setSamples(samples)
                                .setGained(gained)
                                .setLost(lost)))
                .build();
    }

    private static ModelVersion onHoldout(long number, long correct, long samples) {
        return ModelVersion.newBuilder()
                .setVersion(number)
                .setHoldout(Evaluation.newBuilder().setScore(score(correct, samples)))
                .build();
    }

    private static ModelVersion prequential(long number, long correct, long samples) {
        return ModelVersion.newBuilder()
                .setVersion(number)
                .setLineage(Lineage.newBuilder().setPrequential(score(correct, samples)))
                .build();
    }

    private static Score score(long correct, long samples) {
        return Score.newBuilder().setCorrect(correct).setSamples(samples).build();
    }
}
