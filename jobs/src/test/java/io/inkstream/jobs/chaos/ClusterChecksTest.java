package io.inkstream.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.jobs.chaos.Fault.Kind;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.schemas.v1.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;

/** The checks of logs, transactions and single scores find what is wrong. */
class ClusterChecksTest {
    private static final String RESTART =
            " INFO  ExecutionGraph [] - Job digits scoring (1) switched from state" + " RUNNING to RESTARTING.";
    private static final String LOST =
            " ERROR KafkaCommitter [] - Unable to commit transaction (x) because it's in an" + " invalid state.";

    /** Killed at 12:00:00, all was well at 12:00:20. */
    private final List<Recovery> recoveries = List.of(new Recovery(
            new Fault(Kind.TASK_MANAGER_KILLED, Duration.ZERO, 0, Duration.ZERO), noon(0), noon(1), noon(5), noon(20)));

    @Test
    void restartsAreExplainedByFaultsOnly() {
        assertThat(log("2026-01-01 12:00:02,000" + RESTART, "2026-01-01 12:00:30,000" + LOST, "INFO something else"))
                .isEmpty();
        assertThat(log("2026-01-01 11:59:59,000" + RESTART)).hasSize(1);
        assertThat(log("2026-01-01 12:00:36,000" + RESTART, "2026-01-01 12:00:36,000" + LOST))
                .hasSize(2);
    }

    @Test
    void transactionsAreToBeEnded() {
        assertThat(TransactionCheck.violations(List.of(
                        new TransactionListing("a", 1, TransactionState.COMPLETE_COMMIT),
                        new TransactionListing("b", 2, TransactionState.COMPLETE_ABORT),
                        new TransactionListing("c", 3, TransactionState.ONGOING),
                        new TransactionListing("d", 4, TransactionState.PREPARE_COMMIT))))
                .containsExactly("c is Ongoing", "d is PrepareCommit");
    }

    @Test
    void aScoreThatIsOffByABit() throws Exception {
        TrainedVersions trained = new TrainedVersions();
        Prediction.Builder prediction =
                Prediction.newBuilder().setSource("a").setId("1").setModelVersion(2);
        byte[] pixels = trained.images().get(0).getImage().getPixels().toByteArray();
        try (OnnxScorer scorer = OnnxScorer.load(trained.onnx(2))) {
            for (float probability : scorer.score(pixels, 1)) {
                prediction.addProbabilities(probability);
            }
        }
        assertThat(scores(trained, pixels, prediction)).isEmpty();

        prediction.setProbabilities(3, Math.nextUp(prediction.getProbabilities(3)));
        assertThat(scores(trained, pixels, prediction)).containsExactly("a, image 1: version 2 reads otherwise");
    }

    private static List<String> scores(TrainedVersions trained, byte[] pixels, Prediction.Builder prediction)
            throws Exception {
        return ScoreCheck.violations(List.of(prediction.build()), (source, number) -> pixels, trained::onnx);
    }

    private List<String> log(String... lines) {
        return LogCheck.violations(Stream.of(lines), recoveries);
    }

    private static Instant noon(int second) {
        return LocalDateTime.of(2026, 1, 1, 12, 0, second)
                .atZone(ZoneId.systemDefault())
                .toInstant();
    }
}
