package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.Evaluations.audit;
import static io.inkstream.operators.feedback.Evaluations.audited;
import static io.inkstream.operators.feedback.Evaluations.correction;
import static io.inkstream.operators.feedback.Evaluations.outcome;
import static io.inkstream.operators.feedback.Evaluations.truth;

import java.nio.file.Path;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;

/**
 * Made {@code golden/live-accuracy-checkpoint-1.bin} and {@code golden/brake-checkpoint-1.bin}: whole checkpoints of the live
 * accuracy and of the brake. Later releases restore them; they are not made again.
 */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class GoldenAccuracyState {
    static final String ACCURACY = "live-accuracy-checkpoint-1.bin";
    static final String BRAKE = "brake-checkpoint-1.bin";

    private GoldenAccuracyState() {}

    /** Writes the files into the folder that is the argument. */
    public static void main(String[] args) throws Exception {
        try (AccuracyHarness accuracy = new AccuracyHarness()) {
            accuracy.open();
            accuracy.send(outcome(12, 7, audit(7)), 1_000);
            accuracy.send(outcome(12, 1, truth(7)), 2_000);
            accuracy.tell();
            accuracy.send(correction(12, 1, truth(7), truth(1)), 3_000);
            OperatorSnapshotUtil.writeStateHandle(
                    accuracy.snapshot(1, 0), Path.of(args[0], ACCURACY).toString());
        }
        try (BrakeHarness brake = new BrakeHarness("localhost:1", "digits", BrakeSettings.defaults())) {
            brake.open();
            brake.live(2, 7, 1);
            brake.send(audited(1, 5_000, 4_850));
            brake.send(audited(2, 2_000, 1_860));
            OperatorSnapshotUtil.writeStateHandle(
                    brake.snapshot(1, 0), Path.of(args[0], BRAKE).toString());
        }
    }
}
