package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole loop: learn, serve, hear the truth later, learn from that. */
@ExtendWith(SandboxExtension.class)
class FeedbackIT {
    private static final int LEARNED = 320;
    private static final int SERVED = 200;
    private static final int AUDITED = 60;
    private static final int LABELED = 150;

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            LateLabels late = new LateLabels(sandbox, loop, 1);
            loop.produceLabeled(Loop.samples().slice(0, LEARNED));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            loop.submit(loop.scoring().withParallelism(1).withPredictionFormat(PredictionFormat.JSON));
            JobClient feedback = late.submit(late.options());
            List<LabeledImage> served = digits(LEARNED, LEARNED + SERVED);
            loop.produceUnlabeled(served, "meter");
            loop.produce(new ProducerRecord<>(loop.topics().labels(), "no label".getBytes(UTF_8)));
            loop.produceAll(labels(late, served));

            List<LabeledImage> training = late.awaitTraining(LEARNED + LABELED);
            assertThat(training.subList(LEARNED, training.size()))
                    .containsExactlyInAnyOrderElementsOf(fromTheMeter(served.subList(0, LABELED)));

            assertThat(loop.awaitRejected(1))
                    .extracting(Rejected::getReason)
                    .containsExactly(RejectionReason.MALFORMED);
            assertEvaluated(late, loop, served);
            loop.flink().assertNeverFailed(feedback);
        }
    }

    private static List<LabeledImage> digits(int from, int to) {
        List<LabeledImage> digits = new ArrayList<>();
        Loop.samples().slice(from, to).forEach(digits::add);
        return digits;
    }

    /** Of the first of them, by chance or because somebody saw a mistake. */
    private static List<ProducerRecord<byte[], byte[]>> labels(LateLabels late, List<LabeledImage> served) {
        List<ProducerRecord<byte[], byte[]>> labels = new ArrayList<>();
        for (LabeledImage digit : served.subList(0, LABELED)) {
            String reason = labels.size() < AUDITED ? "random-audit" : "correction";
            labels.add(late.label(digit.getImage().getId(), digit.getLabel(), reason));
        }
        return labels;
    }

    /** What was handed to training names the source, which here only the records' keys said. */
    private static List<LabeledImage> fromTheMeter(List<LabeledImage> served) {
        return served.stream()
                .map(digit -> digit.toBuilder()
                        .setImage(digit.getImage().toBuilder()
                                .setSource(
                                        digit.getImage().getSource().isEmpty()
                                                ? "meter"
                                                : digit.getImage().getSource()))
                        .build())
                .toList();
    }

    private static void assertEvaluated(LateLabels late, Loop loop, List<LabeledImage> served) throws Exception {
        Map<Long, LiveEvaluation> evaluations = late.awaitEvaluations(latest -> LateLabels.labels(latest) == LABELED);
        assertThat(evaluations.values().stream()
                        .mapToLong(evaluation -> LateLabels.labels(evaluation.getRandomAudit()))
                        .sum())
                .isEqualTo(AUDITED);
        assertThat(evaluations.values().stream()
                        .mapToLong(evaluation -> right(evaluation.getTotal()))
                        .sum())
                .isEqualTo(rightlyRead(loop, served));
        evaluations.forEach((version, evaluation) -> await().atMost(Loop.PATIENCE)
                .untilAsserted(
                        () -> assertThat(loop.registry().accuracy(version).map(LiveEvaluation::getTotal))
                                .isEqualTo(Optional.of(evaluation.getTotal()))));
    }

    private static long rightlyRead(Loop loop, List<LabeledImage> served) throws Exception {
        long right = 0;
        for (ConsumerRecord<byte[], byte[]> record :
                loop.awaitRecords(loop.topics().predictions(), SERVED)) {
            Prediction prediction = PredictionFormat.read(record.value());
            right += served.subList(0, LABELED).stream()
                    .filter(digit -> digit.getImage().getId().equals(prediction.getId()))
                    .filter(digit -> digit.getLabel() == prediction.getDigit())
                    .count();
        }
        return right;
    }

    private static long right(Confusion confusion) {
        long right = 0;
        for (int digit = 0; digit < 10; digit++) {
            right += confusion.getCounts(11 * digit);
        }
        return right;
    }
}
