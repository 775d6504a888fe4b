package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.Evaluations.audited;
import static io.inkstream.operators.feedback.Evaluations.outcome;
import static io.inkstream.operators.feedback.Evaluations.truth;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.accuracy.Judged;
import io.inkstream.schemas.v1.BrakePull;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class GoldenAccuracyStateTest {
    @TempDir
    Path folder;

    @Test
    void theFirstReleasesAccuracyIsRestored() throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.initializeState(golden(GoldenAccuracyState.ACCURACY));
            accuracy.open();
            accuracy.send(outcome(12, 3, truth(5)), 4_000);
            accuracy.setProcessingTime(LiveAccuracy.PERIOD_MS);
            LiveEvaluation told = accuracy.tell().get(0);

            assertThat(Judged.of(told.getTotal())).isEqualTo(new Judged(3, 2));
            assertThat(Judged.of(told.getRandomAudit())).isEqualTo(new Judged(1, 1));
            assertThat(Judged.of(told.getWindow())).isEqualTo(new Judged(4, 2));
            assertThat(told.getSequence()).isEqualTo(2);
            accuracy.processWatermark(4_000 + AccuracyHarness.MEMORY_MS);
            assertThat(accuracy.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void theFirstReleasesBrakeIsRestored() throws Exception {
        try (BrakeHarness brake = new BrakeHarness("localhost:1", "digits", BrakeSettings.defaults())) {
            brake.initializeState(golden(GoldenAccuracyState.BRAKE));
            brake.open();
            brake.live(2, 7, 1);
            brake.send(audited(2, 2_100, 1_950));
            assertThat(brake.extractOutputValues()).as("pulled before").isEmpty();
            brake.live(3, 8, 1);
            brake.send(audited(3, 2_000, 1_860));

            assertThat(brake.extractOutputValues())
                    .as("what it knows of version 1")
                    .extracting(BrakePull::getVersion)
                    .containsExactly(3L);
        }
    }

    private OperatorSubtaskState golden(String name) throws Exception {
        Path file = folder.resolve("checkpoint");
        try (InputStream in = GoldenAccuracyStateTest.class.getResourceAsStream("/golden/" + name)) {
            Files.copy(in, file);
        }
        return OperatorSnapshotUtil.readStateHandle(file.toString());
    }
}
