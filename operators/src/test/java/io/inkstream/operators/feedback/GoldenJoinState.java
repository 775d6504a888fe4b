package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.JoinHarness.image;
import static io.inkstream.operators.feedback.JoinHarness.label;
import static io.inkstream.operators.feedback.JoinHarness.served;

import java.nio.file.Path;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;

/**
 * Made {@code golden/join-savepoint-1.bin}: the whole savepoint of a label join with an image, one that was judged and
 * trained on, and a label that waits. Later releases restore it; it is not made again.
 */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class GoldenJoinState {
    private GoldenJoinState() {}

    /** Writes the file into the folder that is the argument. */
    public static void main(String[] args) throws Exception {
        try (JoinHarness join = JoinHarness.started()) {
            join.send(image("waiting", 100));
            join.send(image("trained", 100));
            join.send(served("trained", 100, 7, 1));
            join.send(served("trained", 110, 8, 4));
            join.send(label("trained", 200, label(1, 200, Feedback.RANDOM_AUDIT)));
            join.send(label("unknown", 300, 4));
            OperatorSnapshotUtil.writeStateHandle(
                    join.savepoint(), Path.of(args[0], "join-savepoint-1.bin").toString());
        }
    }
}
