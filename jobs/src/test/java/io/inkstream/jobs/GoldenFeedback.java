package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Made the feedback job's savepoint beside those of a {@link GoldenSystem}, in the midst of its work: images that wait for
 * their labels, labels that wait for their images, matches whose transaction was committed with it.
 */
final class GoldenFeedback {
    /** The digits that a label, an image and a prediction had come of. */
    static final int MATCHED = 10;

    /** Up to here, images and predictions had come. */
    static final int SEEN = 20;

    /** Up to here, labels had come, of those from {@link #SEEN} on. */
    static final int AHEAD = 25;

    private static final String JOB = "feedback";
    /** Long after the savepoint. */
    private static final Duration LATER = Duration.ofMinutes(2);

    private GoldenFeedback() {}

    /** Writes the savepoint into the release's folder, which is the argument. */
    public static void main(String[] args) throws Exception {
        GoldenSystem golden = new GoldenSystem(Path.of(args[0]));
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults());
                Loop loop = loop(sandbox, Path.of(args[0]).getFileName().toString())) {
            LateLabels late = new LateLabels(sandbox, loop, 1);
            sendWhatWasRead(loop, late);
            JobClient job = late.submit(options(late).withCheckpointInterval(LATER));
            loop.awaitRecords(loop.topics().training(), MATCHED, Traffic.UNCOMMITTED);
            loop.awaitRecords(loop.topics().evaluations(), 1, Traffic.UNCOMMITTED);
            golden.keep(loop, JOB, job);
        }
    }

    /** Its topics are in the state: they have these names on each Kafka. */
    static Loop loop(Sandbox sandbox, String release) {
        return new Loop(sandbox, "golden-" + release + "-feedback", 1, 1);
    }

    /** So that nothing has expired when a later release goes on. */
    static FeedbackOptions options(LateLabels late) {
        return late.options().withLabelTtl(Duration.ofDays(3_650));
    }

    /** So that offsets mean in another Kafka what they meant in the first. */
    static void sendWhatWasRead(Loop loop, LateLabels late) {
        loop.produceUnlabeled(GoldenSystem.digits(0, SEEN), GoldenSystem.SOURCES);
        loop.produceAll(predictions(loop, 0, SEEN));
        loop.produceAll(labels(late, 0, MATCHED));
        loop.produceAll(labels(late, SEEN, AHEAD));
    }

    /** All right, and of version 1. */
    static List<ProducerRecord<byte[], byte[]>> predictions(Loop loop, int from, int to) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (LabeledImage digit : GoldenSystem.digits(from, to)) {
            Prediction prediction = Prediction.newBuilder()
                    .setId(digit.getImage().getId())
                    .setSource("a")
                    .setDigit(digit.getLabel())
                    .setModelVersion(1)
                    .build();
            records.add(
                    new ProducerRecord<>(loop.topics().predictions(), "a".getBytes(UTF_8), prediction.toByteArray()));
        }
        return records;
    }

    static List<ProducerRecord<byte[], byte[]>> labels(LateLabels late, int from, int to) {
        return GoldenSystem.digits(from, to).stream()
                .map(digit -> late.label(digit.getImage().getId(), digit.getLabel(), "random-audit"))
                .toList();
    }

    /** Goes on from what the release left behind. */
    static JobClient goOn(GoldenSystem golden, Loop loop, LateLabels late) throws Exception {
        Configuration settings = new Configuration();
        settings.set(StateRecoveryOptions.SAVEPOINT_PATH, golden.moveSavepoint(loop, JOB));
        return late.submit(options(late), settings);
    }
}
