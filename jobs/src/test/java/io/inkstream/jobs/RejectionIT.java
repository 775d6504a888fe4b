package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.datasets.Dataset;
import io.inkstream.jobs.BadRecords.BadRecord;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Rejected;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both jobs run while one bad record of each kind comes in among good ones. */
@ExtendWith(SandboxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RejectionIT {

    private static final int BATCH = 32;

    private Loop loop;
    private JobClient training;
    private JobClient scoring;
    private Dataset digits;
    private int trained;
    private int scored;
    private int rejected;

    @BeforeAll
    void start(Sandbox sandbox) throws Exception {
        loop = new Loop(sandbox);
        digits = Loop.samples();
        training = loop.submit(loop.training());
        scoring = loop.submit(loop.scoring().withParallelism(1));
        trainOneMiniBatch();
    }

    @AfterAll
    void stop() {
        loop.close();
    }

    static Stream<BadRecord> badForTraining() throws IOException {
        return BadRecords.labeled();
    }

    @ParameterizedTest
    @MethodSource("badForTraining")
    void trainingPutsAside(BadRecord bad) throws Exception {
        loop.produceLabeled(digits.slice(trained, trained + BATCH / 2));
        long offset = loop.produce(new ProducerRecord<>(loop.topics().training(), bad.value()));
        loop.produceLabeled(digits.slice(trained + BATCH / 2, trained + BATCH));
        trained += BATCH;

        assertRejected(loop.topics().training(), offset, bad);
        loop.awaitVersion(version -> version.getLineage().getTotalSamplesTrained() == trained
                && version.getLineage().getOffsets(0).getTo() == offset + 1 + BATCH / 2);
        loop.flink().assertNeverFailed(training);
    }

    static Stream<BadRecord> badForScoring() throws IOException {
        return BadRecords.unlabeled();
    }

    @ParameterizedTest
    @MethodSource("badForScoring")
    void scoringPutsAside(BadRecord bad) throws Exception {
        loop.produceUnlabeled(digits.slice(scored, scored + 1), "scanner");
        long offset = loop.produce(new ProducerRecord<>(loop.topics().images(), bad.value()));
        loop.produceUnlabeled(digits.slice(scored + 1, scored + 2), "scanner");
        scored += 2;

        assertRejected(loop.topics().images(), offset, bad);
        assertThat(loop.awaitPredictions(scored)).hasSize(scored);
        loop.flink().assertNeverFailed(scoring);
    }

    @Test
    void aBarePngIsScored() throws Exception {
        ProducerRecord<byte[], byte[]> png =
                new ProducerRecord<>(loop.topics().images(), "meter".getBytes(UTF_8), BadRecords.png(28, 28));
        png.headers().add("id", "photo 7".getBytes(UTF_8));
        loop.produce(png);
        scored++;

        List<Prediction> predictions = loop.awaitPredictions(scored);
        assertThat(predictions).extracting(Prediction::getId).contains("photo 7");
        assertThat(predictions).extracting(Prediction::getSource).contains("meter");
    }

    private void trainOneMiniBatch() {
        loop.produceLabeled(digits.slice(0, BATCH));
        trained = BATCH;
        loop.awaitVersion(version -> true);
    }

    private void assertRejected(String topic, long offset, BadRecord bad) throws Exception {
        rejected++;
        List<Rejected> all = loop.awaitRejected(rejected);
        assertThat(all).hasSize(rejected);
        Rejected last = all.get(all.size() - 1);
        assertThat(last.getReason()).as(last.getExplanation()).isEqualTo(bad.reason());
        assertThat(last.getTopic()).isEqualTo(topic);
        assertThat(last.getOffset()).isEqualTo(offset);
        assertThat(last.getValueLength()).isEqualTo(bad.value() == null ? 0 : bad.value().length);
        assertThat(last.getValue().size()).isEqualTo(Math.min(64 << 10, (int) last.getValueLength()));
        assertThat(last.getExplanation()).isNotBlank();
    }
}
