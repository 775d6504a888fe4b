package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.JoinHarness.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
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
class GoldenJoinStateTest {
    @TempDir
    Path folder;

    @Test
    void theFirstReleasesJoinIsRestored() throws Exception {
        try (JoinHarness join = new JoinHarness()) {
            join.initializeState(golden("join-savepoint-1.bin"));
            join.open();
            assertThat(join.numEventTimeTimers()).isEqualTo(3);

            join.send(label("waiting", 400, 3));
            assertThat(join.trained()).singleElement().satisfies(image -> {
                assertThat(image.getLabel()).isEqualTo(3);
                assertThat(image.getImage().getSource()).isEqualTo("scanner-3");
                assertThat(image.getImage().getPixels()).isEqualTo(ByteString.copyFrom(new byte[784]));
            });

            join.send(label("trained", 150, 4));
            assertThat(join.trained()).as("older than the label in force").isEmpty();
            join.send(label("trained", 400, 4));
            assertThat(join.trainedDigits()).containsExactly(4);
            assertThat(join.outcomes())
                    .allMatch(outcome -> outcome.getTruth().getRandomAudit())
                    .extracting(
                            outcome -> outcome.getVersion(),
                            outcome -> outcome.getPredicted(),
                            outcome -> outcome.getReplaced().getDigit())
                    .containsExactly(tuple(7L, 1, 1), tuple(8L, 4, 1));

            join.processWatermark(400 + JoinHarness.TTL.toMillis());
            assertThat(join.rejected()).singleElement().satisfies(rejected -> {
                assertThat(rejected.getTopic()).isEqualTo("digits.labels");
                assertThat(rejected.getOffset()).isEqualTo(40);
                assertThat(rejected.getValue().toStringUtf8()).isEqualTo("as it came");
            });
            assertThat(join.numKeyedStateEntries()).isZero();
        }
    }

    private OperatorSubtaskState golden(String name) throws Exception {
        Path file = folder.resolve("savepoint");
        try (InputStream in = GoldenJoinStateTest.class.getResourceAsStream("/golden/" + name)) {
            Files.copy(in, file);
        }
        return OperatorSnapshotUtil.readStateHandle(file.toString());
    }
}
