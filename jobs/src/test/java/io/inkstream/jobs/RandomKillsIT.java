package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.publishing.VersionFiles;
import io.inkstream.operators.training.VersionRebuild;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.VersionDraft;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Training that loses its TaskManager again and again, at moments that nobody chose. */
@ExtendWith(SandboxExtension.class)
class RandomKillsIT {

    private static final int KILLS = 20;
    private static final int PORTION = 1_024;
    private static final int IMAGES = KILLS * PORTION;
    private static final int BATCH = 32;
    private static final long SEED = 20_261_123;

    @Test
    void trainingEndsWithTheSameParametersAndEveryVersionCanBeRebuilt(Sandbox sandbox) throws Exception {
        ModelVersion undisturbed;
        try (Loop loop = new Loop(sandbox)) {
            produce(loop, 0, IMAGES);
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            undisturbed = loop.newestVersion();
        }
        try (Loop loop = new Loop(sandbox)) {
            JobClient job = killAgainAndAgain(sandbox, loop, new Random(SEED));
            ModelVersion last = loop.awaitVersion(version -> trained(version) >= IMAGES);
            // Flink's page learns of it with a delay.
            await().atMost(Loop.PATIENCE).until(() -> restarts(sandbox, job).contains("\"" + KILLS + "\""));
            loop.cancelJobsOfOthers();

            assertThat(trained(last)).isEqualTo(IMAGES);
            assertThat(last.getTraining()).isEqualTo(undisturbed.getTraining());
            assertEachImageOnce(loop.allVersions());
            assertRebuiltFromKafka(sandbox, loop);
        }
    }

    /** With a single TaskManager, so that each kill hits the job. */
    private static JobClient killAgainAndAgain(Sandbox sandbox, Loop loop, Random random) throws Exception {
        sandbox.killTaskManager();
        try {
            JobClient job = TrainingJob.submit(
                    new StreamExecutionEnvironment(restartingAtOnce(sandbox)),
                    loop.training().withCheckpointInterval(Duration.ofMillis(500)));
            for (int kill = 0; kill < KILLS; kill++) {
                int start = kill * PORTION;
                int further = 1 + random.nextInt(PORTION - 1);
                produce(loop, start, start + further);
                // All of it but an unfinished mini-batch.
                loop.awaitVersion(version -> trained(version) > start + further - BATCH);
                produce(loop, start + further, start + PORTION);
                sandbox.killTaskManager();
                sandbox.startTaskManager();
            }
            return job;
        } finally {
            sandbox.startTaskManager();
        }
    }

    /** Flink would wait longer after each failure. */
    private static Configuration restartingAtOnce(Sandbox sandbox) {
        Configuration settings = sandbox.flinkClient();
        settings.setString("restart-strategy.type", "fixed-delay");
        settings.setString("restart-strategy.fixed-delay.attempts", "1000");
        settings.setString("restart-strategy.fixed-delay.delay", "50 ms");
        return settings;
    }

    private static String restarts(Sandbox sandbox, JobClient job) throws Exception {
        URI uri = URI.create("%s/jobs/%s/metrics?get=numRestarts".formatted(sandbox.flink(), job.getJobID()));
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static long trained(ModelVersion version) {
        return version.getLineage().getTotalSamplesTrained();
    }

    /** The samples over and over again. */
    private static void produce(Loop loop, int from, int to) {
        Dataset digits = Loop.samples();
        for (int next = from; next < to; ) {
            long start = next % digits.size();
            long end = Math.min(digits.size(), start + to - next);
            loop.produceLabeled(digits.slice(start, end));
            next += (int) (end - start);
        }
    }

    private static void assertEachImageOnce(List<ModelVersion> versions) {
        long parent = 0;
        long offset = 0;
        for (ModelVersion version : versions) {
            assertThat(version.getLineage().getParent()).isEqualTo(parent);
            OffsetRange range = version.getLineage().getOffsets(0);
            assertThat(range.getFrom()).isEqualTo(offset);
            assertThat(version.getLineage().getSamplesTrained()).isEqualTo(range.getTo() - range.getFrom());
            parent = version.getVersion();
            offset = range.getTo();
        }
        assertThat(offset).isEqualTo(IMAGES);
    }

    private static void assertRebuiltFromKafka(Sandbox sandbox, Loop loop) throws Exception {
        List<Sample> topic = read(sandbox, loop.topics().training());
        Optional<NetworkState> parent = Optional.empty();
        for (ModelVersion version : loop.allVersions()) {
            OffsetRange range = version.getLineage().getOffsets(0);
            List<Sample> samples = topic.subList((int) range.getFrom(), (int) range.getTo());
            NetworkState rebuilt =
                    VersionRebuild.run(parent, version.getLineage(), Map.of(0, samples.iterator()), trained -> {});
            Map<String, byte[]> files = VersionFiles.of(VersionDraft.newBuilder()
                    .setVersion(version)
                    .setNetwork(rebuilt)
                    .build());
            assertThat(ModelStore.describe(ModelStore.ONNX, files.get(ModelStore.ONNX)))
                    .isEqualTo(version.getOnnx());
            assertThat(ModelStore.describe(ModelStore.TRAINING, files.get(ModelStore.TRAINING)))
                    .isEqualTo(version.getTraining());
            parent = Optional.of(rebuilt);
        }
    }

    /** All samples of partition 0, each at its offset. */
    private static List<Sample> read(Sandbox sandbox, String topic) {
        List<Sample> samples = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", sandbox.kafka()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(Loop.PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> samples.add(Decoding.sample(RawRecords.incoming(record), 0)));
                return samples.size() == IMAGES;
            });
        }
        return samples;
    }
}
