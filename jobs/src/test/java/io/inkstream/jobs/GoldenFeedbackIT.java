package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The feedback job goes on from the savepoints of earlier releases, on servers that those have never seen. */
@ExtendWith(SandboxExtension.class)
class GoldenFeedbackIT {

    @ParameterizedTest
    @ValueSource(strings = "0.1.0")
    void whatWaitedStillFindsWhatItWaitedFor(String release, Sandbox sandbox) throws Exception {
        GoldenSystem golden = GoldenSystem.of(release);
        try (Loop loop = GoldenFeedback.loop(sandbox, release)) {
            LateLabels late = new LateLabels(sandbox, loop, 1);
            GoldenFeedback.sendWhatWasRead(loop, late);
            JobClient job = GoldenFeedback.goOn(golden, loop, late);
            int seen = GoldenFeedback.SEEN;
            loop.produceUnlabeled(GoldenSystem.digits(seen, GoldenFeedback.AHEAD), GoldenSystem.SOURCES);
            loop.produceAll(GoldenFeedback.labels(late, GoldenFeedback.MATCHED, seen));

            List<LabeledImage> trained = late.awaitTraining(GoldenFeedback.AHEAD - GoldenFeedback.MATCHED);

            assertThat(trained)
                    .as("none of before once more")
                    .extracting(image -> image.getImage().getId())
                    .containsExactlyInAnyOrderElementsOf(
                            GoldenSystem.digits(GoldenFeedback.MATCHED, GoldenFeedback.AHEAD).stream()
                                    .map(image -> image.getImage().getId())
                                    .toList());
            Map<Long, LiveEvaluation> evaluations =
                    late.awaitEvaluations(latest -> latest.containsKey(1L) && labels(latest.get(1L)) >= seen);
            assertThat(labels(evaluations.get(1L))).isEqualTo(seen);
            loop.flink().assertNeverFailed(job);
        }
    }

    private static long labels(LiveEvaluation evaluation) {
        return LateLabels.labels(evaluation.getTotal());
    }
}
