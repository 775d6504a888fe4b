package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.Timestamps;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** labels and evaluations against a real Kafka. */
@ExtendWith(SandboxExtension.class)
class LabelsIT {
    private static final String SAMPLES = Path.of(System.getProperty("basedir", "."))
            .resolve("../samples/digits")
            .toString();

    @TempDir
    private Path folder;

    private Sandbox sandbox;
    private String model;

    @BeforeEach
    void createTopics(Sandbox shared) {
        sandbox = shared;
        model = sandbox.uniqueName("model");
        sandbox.createTopics(1, model + ".labels");
        sandbox.createCompactedTopics(model + ".evaluations");
    }

    @Test
    void usageExample() throws Exception {
        Path file = Files.writeString(
                folder.resolve("truth.csv"), "id,digit,reason,labeled\na,0,correction,2026-03-01T09:30:00Z\nb,7\n");

        Run run = run("labels", file.toString());

        assertThat(run.exitCode()).isZero();
        List<Label> labels = labels();
        assertThat(labels)
                .first()
                .isEqualTo(Label.newBuilder()
                        .setImageId("a")
                        .setDigit(0)
                        .setReason("correction")
                        .setLabeled(Timestamps.parse("2026-03-01T09:30:00Z"))
                        .build());
        assertThat(labels).hasSize(2).last().satisfies(label -> {
            assertThat(label.getReason()).isEmpty();
            assertThat(label.hasLabeled()).isTrue();
        });
        assertThat(records())
                .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
                .containsExactly("a", "b");
    }

    @Test
    void theLabelsOfADataSetComeLateAndAreAFairSample() throws Exception {
        Run run = run(
                "labels",
                "--from-dataset",
                SAMPLES,
                "--share",
                "0.1",
                "--max",
                "500",
                "--delay",
                "0s..100ms",
                "--rate",
                "5000");

        assertThat(run.exitCode()).isZero();
        assertThat(labels())
                .hasSize(500)
                .allMatch(label -> label.getReason().equals("random-audit"))
                .allMatch(label -> label.getImageId().matches("digits-\\d{4}"))
                .extracting(Label::getImageId)
                .doesNotHaveDuplicates();
    }

    @Test
    void aLineThatIsNoLabelIsFoundBeforeAnyIsSent() throws Exception {
        Path file = Files.writeString(folder.resolve("truth.csv"), "a,1\nb,2\nc,12\n");

        Run run = run("labels", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains(file + ", line 3: the digit is '12', and must be 0 to 9")
                .hasLineCount(1);
        assertThat(records()).isEmpty();
    }

    @Test
    void ctrlCEndsTheWaitingForTheLateOnes() throws Exception {
        RunningCommand running =
                new RunningCommand(line("labels", "--from-dataset", SAMPLES, "--rate", "100", "--delay", "0s..10m"));
        await().atMost(PublishedModel.PATIENCE).until(() -> !records().isEmpty());

        running.ctrlC();

        assertThat(running.end().exitCode()).isEqualTo(130);
        assertThat(records()).hasSizeLessThan(10_000);
    }

    @Test
    void theLatestEvaluationOfEachVersionIsShown() throws Exception {
        assertThat(run("evaluations").out()).contains("no label has come yet");
        evaluate(true, 9, 90, 10);
        evaluate(true, 12, 900, 90);
        evaluate(true, 9, 100, 11);
        evaluate(false, 9, 5_000, 0);

        Run table = run("evaluations");
        assertThat(table.exitCode()).isZero();
        assertThat(table.out().lines()).hasSize(4);
        assertThat(table.out()).containsSubsequence("12      990", "9      111  90.09 %");
        JsonObject json = JsonParser.parseString(
                        run("evaluations", "--json", "--limit", "1").out())
                .getAsJsonObject();
        assertThat(json.getAsJsonArray("versions")).hasSize(1);
        assertThat(json.getAsJsonArray("versions")
                        .get(0)
                        .getAsJsonObject()
                        .get("version")
                        .getAsLong())
                .isEqualTo(12);
    }

    @Test
    void whatIsNoEvaluationIsNamedByItsPlace() throws Exception {
        send(true, "9", new byte[] {(byte) 0xff});

        Run run = run("evaluations");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("the record at %s.evaluations-0, offset 0, is no evaluation".formatted(model))
                .hasLineCount(1);
    }

    private void evaluate(boolean commit, long version, long right, long fourAsNine) throws Exception {
        LiveEvaluation evaluation = EvaluationTableTest.evaluation(version, right, fourAsNine, 0);
        send(commit, "" + version, evaluation.toByteArray());
    }

    private void send(boolean commit, String key, byte[] value) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", sandbox.kafka(), "transactional.id", sandbox.uniqueName("feedback"));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(model + ".evaluations", key, value))
                    .get();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private List<Label> labels() throws Exception {
        List<Label> labels = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records()) {
            labels.add(Label.parseFrom(record.value()));
        }
        return labels;
    }

    private List<ConsumerRecord<byte[], byte[]>> records() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        CommittedRecords.read(KafkaAccess.open(sandbox.kafka()), model + ".labels", records::add);
        return records;
    }

    private Run run(String... command) {
        return Run.of(line(command));
    }

    private String[] line(String... command) {
        String[] options = {"--bootstrap-servers", sandbox.kafka(), "--model", model};
        return Stream.of(command, options).flatMap(Stream::of).toArray(String[]::new);
    }
}
