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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
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
            loop.awaitFinished(loop.submit(training(loop).bounded()));
            undisturbed = loop.newestVersion();
        }
        try (Loop loop = new Loop(sandbox)) {
            ModelVersion last = trainAndKill(sandbox, loop);

            assertThat(last.getTraining()).isEqualTo(undisturbed.getTraining());
            assertEachImageOnce(loop, 1);
            assertRebuiltFromKafka(sandbox, loop, 1);
        }
    }

    /** How their records come in turn is nobody's choice, so no other run is like it; but it is in the lineage. */
    @Test
    void everyVersionOfThreePartitionsCanBeRebuilt(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox, 3)) {
            trainAndKill(sandbox, loop);

            assertEachImageOnce(loop, 3);
            assertRebuiltFromKafka(sandbox, loop, 3);
        }
    }

    private static ModelVersion trainAndKill(Sandbox sandbox, Loop loop) throws Exception {
        JobClient job = killAgainAndAgain(sandbox, loop, new Random(SEED));
        ModelVersion last = loop.awaitVersion(version -> trained(version) >= IMAGES);
        // Flink's page learns of it with a delay.
        await().atMost(Loop.PATIENCE).until(() -> loop.flink().restarts(job) >= KILLS);
        loop.cancelJobsOfOthers();
        assertThat(trained(last)).isEqualTo(IMAGES);
        return last;
    }

    /** With replay: what is trained on again must come back after a kill as well. */
    private static TrainingOptions training(Loop loop) {
        return loop.training().withReplay(500, 8).withCheckpointInterval(Duration.ofMillis(500));
    }

    /** With a single TaskManager, so that each kill hits the job. */
    private static JobClient killAgainAndAgain(Sandbox sandbox, Loop loop, Random random) throws Exception {
        sandbox.killTaskManager();
        try {
            JobClient job =
                    TrainingJob.submit(new StreamExecutionEnvironment(restartingAtOnce(sandbox)), training(loop));
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

    private static void assertEachImageOnce(Loop loop, int partitions) {
        Map<Integer, Long> ends = Lineages.requireGapless(loop.allVersions());
        assertThat(ends).hasSize(partitions);
        assertThat(ends.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(IMAGES);
    }

    private static void assertRebuiltFromKafka(Sandbox sandbox, Loop loop, int partitions) throws Exception {
        Map<Integer, List<Sample>> topic = read(sandbox, loop.topics().training(), partitions);
        Optional<NetworkState> parent = Optional.empty();
        for (ModelVersion version : loop.allVersions()) {
            Map<Integer, Iterator<Sample>> samples = new HashMap<>();
            for (OffsetRange range : version.getLineage().getOffsetsList()) {
                List<Sample> partition = topic.get(range.getPartition());
                samples.put(
                        range.getPartition(),
                        partition
                                .subList((int) range.getFrom(), (int) range.getTo())
                                .iterator());
            }
            NetworkState rebuilt = VersionRebuild.run(parent, version.getLineage(), samples, trained -> {});
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

    /** For each partition all samples, each at its offset. */
    private static Map<Integer, List<Sample>> read(Sandbox sandbox, String topic, int partitions) {
        Map<Integer, List<Sample>> samples = new HashMap<>();
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", sandbox.kafka()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            await().atMost(Loop.PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> samples.computeIfAbsent(record.partition(), p -> new ArrayList<>())
                                .add(Decoding.sample(RawRecords.incoming(record), 0)));
                return samples.values().stream().mapToInt(List::size).sum() == IMAGES;
            });
        }
        return samples;
    }
}
