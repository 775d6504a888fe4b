package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.Evaluations.audited;
import static io.inkstream.operators.feedback.Evaluations.confusion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.operators.feedback.BrakeSettings.Labels;
import io.inkstream.operators.feedback.BrakeSettings.Mode;
import io.inkstream.schemas.v1.BrakePull;
import io.inkstream.schemas.v1.LiveEvaluation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the brake is pulled. Nothing is done about it here: no ZooKeeper is needed. */
@Timeout(60)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class BrakeOperatorTest {
    private static final LiveEvaluation GOOD = audited(1, 5_000, 4_850);
    private static final LiveEvaluation BAD = audited(2, 2_000, 1_860);

    private static BrakeHarness brake(BrakeSettings settings) throws Exception {
        return new BrakeHarness("localhost:1", "digits", settings);
    }

    private static BrakeHarness opened(BrakeSettings settings) throws Exception {
        BrakeHarness brake = brake(settings);
        brake.open();
        return brake;
    }

    @Test
    void usageExample() throws Exception {
        try (BrakeHarness brake = opened(BrakeSettings.defaults())) {
            brake.live(2, 7, 1);
            brake.send(GOOD);
            assertThat(brake.extractOutputValues()).isEmpty();
            brake.send(BAD);
            BrakePull pull = brake.extractOutputValues().get(0);

            assertThat(pull.getVersion()).isEqualTo(2);
            assertThat(pull.getMove()).isEqualTo(7);
            assertThat(pull.getBackTo()).isEqualTo(1);
            assertThat(pull.getWhy())
                    .matches("right on 93.00 % of 2000 labels, the version before on 97.00 % of 5000: "
                            + "worse by at least \\d\\.\\d\\d points");
        }
    }

    @Test
    void aVersionThatIsAsGoodIsLeftAlone() throws Exception {
        try (BrakeHarness brake = opened(BrakeSettings.defaults())) {
            brake.live(2, 7, 1);
            brake.send(GOOD);
            brake.send(audited(2, 2_000, 1_935));

            assertThat(brake.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void itMakesNoDifferenceWhatIsHeardFirst() throws Exception {
        try (BrakeHarness brake = opened(BrakeSettings.defaults())) {
            brake.send(BAD);
            brake.send(GOOD);
            brake.live(1, 6, 0);
            assertThat(brake.extractOutputValues()).isEmpty();
            brake.live(2, 7, 1);

            assertThat(brake.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void itIsPulledOnceForEachVersion() throws Exception {
        try (BrakeHarness brake = opened(BrakeSettings.defaults())) {
            brake.live(2, 7, 1);
            brake.send(GOOD);
            brake.send(BAD);
            brake.send(BAD);
            brake.live(1, 8, 2);
            brake.live(2, 9, 1);
            assertThat(brake.extractOutputValues()).hasSize(1);
            brake.live(3, 10, 1);
            brake.send(audited(3, 2_000, 1_860));

            assertThat(brake.extractOutputValues())
                    .extracting(BrakePull::getVersion)
                    .containsExactly(2L, 3L);
        }
    }

    @Test
    void labelsThatAreNoAuditCountOnlyWhereTheSettingsSayAll() throws Exception {
        LiveEvaluation complaints = BAD.toBuilder().clearRandomAudit().build();
        LiveEvaluation before =
                GOOD.toBuilder().setTotal(confusion(6_000, 5_850)).build();
        try (BrakeHarness byAudit = opened(BrakeSettings.defaults());
                BrakeHarness byAll = opened(new BrakeSettings(Mode.WARN, 0, Labels.ALL))) {
            for (BrakeHarness brake : new BrakeHarness[] {byAudit, byAll}) {
                brake.live(2, 7, 1);
                brake.send(before);
                brake.send(complaints);
            }

            assertThat(byAudit.extractOutputValues()).isEmpty();
            assertThat(byAll.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void withinTheToleranceNothingHappens() throws Exception {
        try (BrakeHarness brake = opened(new BrakeSettings(Mode.WARN, 0.05, Labels.RANDOM_AUDIT))) {
            brake.live(2, 7, 1);
            brake.send(GOOD);
            brake.send(BAD);

            assertThat(brake.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void switchedOffItComparesNothing() throws Exception {
        try (BrakeHarness brake = opened(new BrakeSettings(Mode.OFF, 0, Labels.ALL))) {
            brake.live(2, 7, 1);
            brake.send(GOOD);
            brake.send(BAD);

            assertThat(brake.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void whatItKnewAndDidIsRestored() throws Exception {
        OperatorSubtaskState before;
        OperatorSubtaskState after;
        try (BrakeHarness brake = opened(BrakeSettings.defaults())) {
            brake.live(2, 7, 1);
            brake.send(GOOD);
            before = brake.snapshot(1, 0);
            brake.send(BAD);
            after = brake.snapshot(2, 0);
        }
        try (BrakeHarness brake = brake(BrakeSettings.defaults())) {
            brake.initializeState(before);
            brake.open();
            brake.live(2, 7, 1);
            brake.send(BAD);
            assertThat(brake.extractOutputValues())
                    .as("with the labels of before")
                    .hasSize(1);
        }
        try (BrakeHarness brake = brake(BrakeSettings.defaults())) {
            brake.initializeState(after);
            brake.open();
            brake.live(2, 7, 1);
            brake.send(BAD);
            assertThat(brake.extractOutputValues()).as("that was done before").isEmpty();
        }
    }

    @Test
    void manyVersionsDoNotPushOutTheOnesThatMatter() throws Exception {
        try (BrakeHarness brake = opened(BrakeSettings.defaults())) {
            brake.live(2, 7, 1);
            brake.send(GOOD);
            for (int version = 3; version < 3 + 2 * ServedVersions.LIMIT; version++) {
                brake.send(audited(version, 10, 9));
            }
            brake.send(BAD);

            assertThat(brake.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void twoBrakesAreRefused() throws Exception {
        try (BrakeHarness brake = new BrakeHarness("localhost:1", "digits", BrakeSettings.defaults(), 2)) {
            assertThatThrownBy(brake::open)
                    .hasRootCauseMessage("the brake has parallelism 2: set it to 1, it must see all versions");
        }
    }

    @Test
    void aToleranceThatCannotBeIsRefusedByItsOption() {
        for (double tolerance : new double[] {-0.01, 1, Double.NaN}) {
            assertThatThrownBy(() -> new BrakeSettings(Mode.WARN, tolerance, Labels.ALL))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("--brake-tolerance is " + tolerance);
        }
    }
}
