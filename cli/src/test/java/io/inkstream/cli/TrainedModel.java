package io.inkstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Datasets;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.TrainingJob;
import io.inkstream.jobs.TrainingOptions;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.publishing.Gate;
import io.inkstream.operators.publishing.VersionFiles;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.VersionDraft;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A model of its own on the sandbox, trained by the real job in as many steps as a test wants versions. */
final class TrainedModel implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Sandbox sandbox;
    private final int partitions;
    private final Connections connections;
    private final ModelRegistry registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private JobClient job;
    private long trained;
    private long sent;

    TrainedModel(Sandbox sandbox, int partitions) {
        this.sandbox = sandbox;
        this.partitions = partitions;
        String model = sandbox.uniqueName("digits");
        connections = new Connections(model, sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
        sandbox.createTopics(
                partitions,
                topic(),
                connections.topics().images(),
                connections.topics().rejected());
        registry = ModelRegistry.open(sandbox.zookeeper(), model);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.kafka(), "transactional.id", model + "-test"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
    }

    String topic() {
        return connections.topics().training();
    }

    ModelRegistry registry() {
        return registry;
    }

    /** The command line's options for this model. */
    Run run(String... command) {
        String[] options = {"--zookeeper", sandbox.zookeeper(), "--model", connections.model()};
        return Run.of(Stream.of(command, options).flatMap(Stream::of).toArray(String[]::new));
    }

    /** With Kafka as well. */
    Run verify(String... versions) {
        String[] command = {"models", "verify", "--bootstrap-servers", sandbox.kafka()};
        return run(Stream.of(command, versions).flatMap(Stream::of).toArray(String[]::new));
    }

    /** Sends digits, among them one record that is none and some that are never committed, and waits until their version is live. */
    void learn(int images) throws Exception {
        if (job == null) {
            job = submit(new TrainingOptions(connections)
                    .withNetwork("mlp")
                    .withHoldout(0)
                    .withGate(Gate.Policy.ALWAYS)
                    .withCheckpointInterval(Duration.ofMillis(300)));
        }
        send(images, false);
        send(images, true);
        trained += images;
        await().atMost(PATIENCE)
                .until(() -> registry.liveVersion()
                        .filter(live -> live.getVersion().getLineage().getTotalSamplesTrained() == trained)
                        .isPresent());
    }

    /** Sends digits and trains on them to the end, the last mini-batch included, with some held out and some replayed. */
    void learnToTheEnd(int images) throws Exception {
        send(images, true);
        JobClient bounded = submit(new TrainingOptions(connections)
                .withNetwork("mlp")
                .withReplay(100, 16)
                .withReplicas(2)
                .bounded());
        await().atMost(PATIENCE).until(() -> bounded.getJobStatus().get().isGloballyTerminalState());
    }

    private JobClient submit(TrainingOptions options) throws Exception {
        return TrainingJob.submit(new StreamExecutionEnvironment(sandbox.flinkClient()), options);
    }

    /** Deals them to the partitions, ten in a row. */
    private void send(int images, boolean commit) throws Exception {
        producer.beginTransaction();
        List<Future<RecordMetadata>> results = new ArrayList<>();
        results.add(producer.send(new ProducerRecord<>(topic(), 0, null, "no digit".getBytes(UTF_8))));
        for (LabeledImage image : Datasets.open("../samples/digits").slice(trained, trained + images)) {
            int partition = (int) (sent++ / 10 % partitions);
            results.add(producer.send(new ProducerRecord<>(topic(), partition, null, image.toByteArray())));
        }
        // Also before an abort: what the broker never saw leaves no offsets behind.
        for (Future<RecordMetadata> result : results) {
            result.get();
        }
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    ModelVersion version(long number) {
        return registry.version(number).orElseThrow();
    }

    /** Publishes what a version might have been, as the one after the newest, with the network of the original. */
    long publishAs(ModelVersion.Builder changed) throws IOException {
        return publishAs(changed, Map.of());
    }

    /** With more files, which {@code changed} describes already. */
    long publishAs(ModelVersion.Builder changed, Map<String, byte[]> more) throws IOException {
        List<Long> numbers = registry.versions();
        ModelVersion original = version(changed.getVersion());
        long number = numbers.get(numbers.size() - 1) + 1;
        ModelStore store = ModelStore.open(connections.root(), connections.model());
        byte[] network = store.read(original.getVersion(), original.getTraining());
        changed.setVersion(number).setLocation(store.location(number));
        Map<String, byte[]> files = new HashMap<>(more);
        files.putAll(VersionFiles.of(VersionDraft.newBuilder()
                .setVersion(changed)
                .setNetwork(NetworkState.parseFrom(network))
                .build()));
        files.put(Probe.NAME, store.read(original.getVersion(), original.getProbe()));
        changed.setOnnx(ModelStore.describe(ModelStore.ONNX, files.get(ModelStore.ONNX)));
        store.publish(store.stage(number, files), number, List.of());
        registry.register(changed.build());
        return number;
    }

    /** Changes one bit in the middle of a file in HDFS. */
    void tamper(long number, String file) throws IOException {
        Path path = new Path(version(number).getLocation(), file);
        FileContext files = FileContext.getFileContext(URI.create(sandbox.hdfs()), new Configuration());
        byte[] content = new byte[(int) files.getFileStatus(path).getLen()];
        try (var in = files.open(path)) {
            in.readFully(0, content);
        }
        content[content.length / 2] ^= 1;
        try (FSDataOutputStream out = files.create(path, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE))) {
            out.write(content);
        }
    }

    @Override
    public void close() {
        if (job != null) {
            job.cancel().join();
            await().atMost(PATIENCE).until(() -> job.getJobStatus().join().isGloballyTerminalState());
        }
        producer.close();
        registry.close();
    }
}
