package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.Evaluations.audited;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Progress;
import io.inkstream.models.registry.Rollout;
import io.inkstream.operators.TestModels;
import io.inkstream.operators.feedback.BrakeSettings.Labels;
import io.inkstream.operators.feedback.BrakeSettings.Mode;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What comes of it when the brake is pulled. */
@ExtendWith(SandboxExtension.class)
@Timeout(120)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class BrakeOperatorIT {
    private static final BrakeSettings ACT = new BrakeSettings(Mode.ACT, 0.005, Labels.RANDOM_AUDIT);
    private static final String NOBODY = "localhost:1";

    private String zookeeper;
    private String model;
    private ModelRegistry registry;
    private Rollout rollout;

    @BeforeEach
    void twoHaveBeenLive(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
        registry = ModelRegistry.open(zookeeper, model);
        rollout = new Rollout(registry);
        TestModels.makeLive(zookeeper, model, 1);
        TestModels.makeLive(zookeeper, model, 2);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private BrakeHarness brake(String registryAt, BrakeSettings settings) throws Exception {
        return new BrakeHarness(registryAt, model, settings);
    }

    private static void pull(BrakeHarness brake) throws Exception {
        brake.live(2, 2, 1);
        brake.send(audited(1, 5_000, 4_850));
        brake.send(audited(2, 2_000, 1_860));
        assertThat(brake.extractOutputValues()).hasSize(1);
    }

    @Test
    void usageExample() throws Exception {
        try (BrakeHarness brake = brake(zookeeper, ACT)) {
            brake.open();
            pull(brake);
            brake.awaitAnswer();
        }
        Move moved = ((Progress.Moved) rollout.advance()).move();

        assertThat(moved.getTo()).isEqualTo(1);
        assertThat(moved.getBy()).isEqualTo("the brake");
        assertThat(moved.getBrake()).isTrue();
        assertThat(moved.getWhy()).startsWith("right on 93.00 % of 2000 labels");
        ModelVersion bad = registry.version(2).orElseThrow();
        assertThat(bad.getState()).isEqualTo(VersionState.REJECTED);
        assertThat(bad.getReason()).isEqualTo(moved.getWhy());
    }

    @Test
    void whereItOnlyWarnsLiveStays() throws Exception {
        OperatorSubtaskState state;
        try (BrakeHarness brake = brake(zookeeper, BrakeSettings.defaults())) {
            brake.open();
            pull(brake);
            state = brake.snapshot(1, 0);
        }
        // Nor is it made up for when it may act later.
        try (BrakeHarness brake = brake(zookeeper, ACT)) {
            brake.initializeState(state);
            brake.open();
            brake.live(2, 2, 1);
            assertThat(brake.extractOutputValues()).isEmpty();
        }
        assertThat(registry.candidate()).isEmpty();
    }

    @Test
    void aPullThatACrashCameBeforeIsMadeUpFor() throws Exception {
        try (BrakeHarness brake = restored(unanswered())) {
            brake.awaitAnswer();
            assertThat(registry.candidate().map(Candidate::getVersion)).contains(1L);
            assertThat(registry.candidate().map(Candidate::getBrake)).contains(true);
        }
    }

    @Test
    void butNotWhereSomebodyMadeThatVersionLiveAgain() throws Exception {
        OperatorSubtaskState state = unanswered();
        TestModels.makeLive(zookeeper, model, 1);
        TestModels.makeLive(zookeeper, model, 2);
        try (BrakeHarness brake = restored(state)) {
            brake.awaitAnswer();

            assertThat(registry.candidate()).isEmpty();
        }
    }

    @Test
    void whatIsPinnedStaysAndTheAnswerSettlesThePull() throws Exception {
        rollout.pin(2, "anna", "until Monday");
        OperatorSubtaskState settled;
        try (BrakeHarness brake = brake(zookeeper, ACT)) {
            brake.open();
            pull(brake);
            brake.awaitAnswer();
            settled = brake.snapshot(1, 0);
        }
        assertThat(registry.candidate()).isEmpty();
        rollout.unpin("anna", "it is Monday");
        try (BrakeHarness brake = restored(settled)) {
            brake.live(2, 2, 1);
            assertThat(brake.extractOutputValues()).isEmpty();
            assertThat(brake.hasAnswer()).isFalse();
        }
    }

    @Test
    void itWaitsForAPerson() throws Exception {
        registry.register(TestModels.version(model, 3));
        rollout.propose(3, "anna", "", true);
        try (BrakeHarness brake = brake(zookeeper, ACT)) {
            brake.open();
            pull(brake);
            rollout.withdraw(3, "anna", "no");
            brake.awaitAnswer();

            assertThat(registry.candidate().map(Candidate::getVersion)).contains(1L);
        }
    }

    /** The checkpoint of a brake that was pulled while ZooKeeper was away. */
    private OperatorSubtaskState unanswered() throws Exception {
        try (BrakeHarness brake = brake(NOBODY, ACT)) {
            brake.open();
            pull(brake);
            return brake.snapshot(1, 0);
        }
    }

    private BrakeHarness restored(OperatorSubtaskState state) throws Exception {
        BrakeHarness brake = brake(zookeeper, ACT);
        brake.initializeState(state);
        brake.open();
        return brake;
    }
}
