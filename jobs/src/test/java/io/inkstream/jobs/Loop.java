package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.operators.publishing.Gate;
import io.inkstream.operators.publishing.VersionSink;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.processes.ProcessCluster;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Rejected;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A model of its own on the shared sandbox: its topics, its jobs, and eyes on what comes out, apart from the jobs' own. */
final class Loop implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Connections connections;
    private final Map<String, Object> kafka;
    private final Configuration flink;
    private final Path folder;
    private final Topics topics;
    private final ModelRegistry registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<JobClient> jobs = new ArrayList<>();
    private final int trainingPartitions;

    Loop(Sandbox sandbox) {
        this(sandbox, 1);
    }

    Loop(Sandbox sandbox, int trainingPartitions) {
        this(sandbox, trainingPartitions, 1);
    }

    /** @param imagePartitions of predictions, too */
    Loop(Sandbox sandbox, int trainingPartitions, int imagePartitions) {
        this(sandbox, trainingPartitions, imagePartitions, UnaryOperator.identity());
    }

    /** @param logins adds what the jobs and this loop need to get in */
    Loop(Sandbox sandbox, int trainingPartitions, int imagePartitions, UnaryOperator<Connections> logins) {
        this(sandbox, sandbox.uniqueName("digits"), trainingPartitions, imagePartitions, logins);
    }

    /** Of a model whose name is given; one with each name on a sandbox. */
    Loop(Sandbox sandbox, String model, int trainingPartitions, int imagePartitions) {
        this(sandbox, model, trainingPartitions, imagePartitions, UnaryOperator.identity());
    }

    private Loop(
            Sandbox sandbox,
            String model,
            int trainingPartitions,
            int imagePartitions,
            UnaryOperator<Connections> logins) {
        this(
                logins.apply(
                        new Connections(model, sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream")),
                sandbox.kafkaClient(),
                sandbox.flinkClient(),
                sandbox.folder(),
                trainingPartitions);
        sandbox.createTopics(trainingPartitions, topics.training());
        sandbox.createTopics(imagePartitions, topics.images(), topics.predictions());
        sandbox.createTopics(1, topics.rejected());
    }

    Loop(ProcessCluster cluster) {
        this(
                new Connections(
                        cluster.uniqueName("digits"),
                        cluster.kafka(),
                        cluster.zookeeper(),
                        cluster.hdfs() + "/inkstream"),
                Map.of("bootstrap.servers", cluster.kafka()),
                SessionCluster.client(cluster),
                cluster.folder(),
                1);
        cluster.createTopics(1, topics.training(), topics.images(), topics.predictions(), topics.rejected());
    }

    /** @param flink with which jobs are submitted */
    private Loop(
            Connections connections,
            Map<String, Object> kafka,
            Configuration flink,
            Path folder,
            int trainingPartitions) {
        this.connections = connections;
        this.kafka = kafka;
        this.flink = flink;
        this.folder = folder;
        this.trainingPartitions = trainingPartitions;
        topics = connections.topics();
        registry = ModelRegistry.open(connections.zookeeperAccess(), connections.model());
        Properties settings = new Properties();
        settings.putAll(kafka);
        // A value may be larger than what the jobs read: that is theirs to refuse.
        settings.put("max.request.size", 8 << 20);
        settings.put("compression.type", "lz4");
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    Connections connections() {
        return connections;
    }

    Topics topics() {
        return topics;
    }

    ModelRegistry registry() {
        return registry;
    }

    static Dataset samples() {
        return Datasets.open("../samples/digits");
    }

    /** A small, fast training job that trains on all there is; tests change what they are about. */
    TrainingOptions training() {
        return new TrainingOptions(connections)
                .withNetwork("mlp")
                .withHoldout(0)
                .withReplay(0, 0)
                .withGate(Gate.Policy.ALWAYS)
                .withCheckpointInterval(Duration.ofMillis(300));
    }

    ScoringOptions scoring() {
        return new ScoringOptions(connections)
                .withParallelism(2)
                .withCheckpointInterval(Duration.ofMillis(300))
                .withCache(scoringCache());
    }

    /** Goes with the servers. */
    String scoringCache() {
        return folder.resolve("cache").toString();
    }

    JobClient submit(TrainingOptions options) throws Exception {
        return started(TrainingJob.submit(environment(), options));
    }

    JobClient submit(TrainingOptions options, String savepoint) throws Exception {
        return started(TrainingJob.submit(environment(savepoint), options));
    }

    /** Stores the savepoint where retention looks for it, under the name by which it does. */
    String stopWithSavepoint(JobClient job) throws Exception {
        String folder = VersionSink.savepoints(connections.root(), connections.model());
        String savepoint = job.stopWithSavepoint(false, folder, SavepointFormatType.CANONICAL)
                .get();
        String name = "savepoint-" + job.getJobID().toHexString().substring(0, 6) + "-";
        assertThat(savepoint).startsWith(folder + "/" + name);
        return savepoint;
    }

    JobClient submit(ScoringOptions options) throws Exception {
        return started(ScoringJob.submit(environment(), options));
    }

    JobClient submit(ScoringOptions options, String savepoint) throws Exception {
        return started(ScoringJob.submit(environment(savepoint), options));
    }

    private StreamExecutionEnvironment environment() {
        return new StreamExecutionEnvironment(new Configuration(flink));
    }

    private StreamExecutionEnvironment environment(String savepoint) {
        Configuration settings = new Configuration(flink);
        settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        return new StreamExecutionEnvironment(settings);
    }

    /** To be cancelled with this loop. */
    JobClient started(JobClient job) {
        jobs.add(job);
        return job;
    }

    /** Cancels the model's jobs that were submitted by other ways than through this loop. */
    void cancelJobsOfOthers() throws Exception {
        StandaloneClusterId cluster = StandaloneClusterId.getInstance();
        try (RestClusterClient<StandaloneClusterId> client = new RestClusterClient<>(flink, cluster)) {
            for (JobStatusMessage job : client.listJobs().get()) {
                if (job.getJobName().startsWith(connections.model() + " ")
                        && !job.getJobState().isTerminalState()) {
                    client.cancel(job.getJobId()).get();
                }
            }
        }
    }

    void awaitFinished(JobClient job) {
        await().atMost(PATIENCE).until(() -> job.getJobStatus().get(), JobStatus.FINISHED::equals);
    }

    /** Deals the images to the partitions in turn. */
    void produceLabeled(Iterable<LabeledImage> images) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        images.forEach(image -> records.add(new ProducerRecord<>(
                topics.training(), records.size() % trainingPartitions, bytes("a source"), image.toByteArray())));
        produceAll(records);
    }

    /** Deals the images to the sources in turn. */
    void produceUnlabeled(Iterable<LabeledImage> images, String... sources) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        images.forEach(image -> records.add(new ProducerRecord<>(
                topics.images(),
                bytes(sources[records.size() % sources.length]),
                image.getImage().toByteArray())));
        produceAll(records);
    }

    /** Returns the record's offset. */
    long produce(String topic, String key, byte[] value) {
        return produce(new ProducerRecord<>(topic, bytes(key), value));
    }

    /** Returns the record's offset. */
    long produce(ProducerRecord<byte[], byte[]> record) {
        Future<RecordMetadata> sent = producer.send(record);
        producer.flush();
        return acknowledged(sent).offset();
    }

    /** Returns the records' offsets. */
    List<Long> produceAll(List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
        producer.flush();
        return sent.stream().map(record -> acknowledged(record).offset()).toList();
    }

    private static RecordMetadata acknowledged(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("Kafka did not take a record: " + e, e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The newest version once {@code enough} holds for it. */
    ModelVersion awaitVersion(Predicate<ModelVersion> enough) {
        return await().atMost(PATIENCE).until(this::newestVersion, newest -> newest != null && enough.test(newest));
    }

    ModelVersion newestVersion() {
        List<Long> versions = registry.versions();
        return versions.isEmpty()
                ? null
                : registry.version(versions.get(versions.size() - 1)).orElseThrow();
    }

    List<ModelVersion> allVersions() {
        return registry.versions().stream()
                .map(number -> registry.version(number).orElseThrow())
                .toList();
    }

    /** What Flink says of the jobs. */
    FlinkJobs flink() {
        return new FlinkJobs(flink);
    }

    /** All committed predictions, once there are at least so many. */
    List<Prediction> awaitPredictions(int atLeast) throws Exception {
        List<Prediction> predictions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : awaitRecords(topics.predictions(), atLeast)) {
            predictions.add(Prediction.parseFrom(record.value()));
        }
        return predictions;
    }

    /** All committed rejections, once there are at least so many. */
    List<Rejected> awaitRejected(int atLeast) throws Exception {
        List<Rejected> rejected = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : awaitRecords(topics.rejected(), atLeast)) {
            rejected.add(Rejected.parseFrom(record.value()));
        }
        return rejected;
    }

    /** All committed records of the topic, once there are at least so many. */
    List<ConsumerRecord<byte[], byte[]>> awaitRecords(String topic, int atLeast) {
        return awaitRecords(topic, atLeast, Traffic.COMMITTED);
    }

    /** @param isolation {@link Traffic#COMMITTED} or {@link Traffic#UNCOMMITTED} */
    List<ConsumerRecord<byte[], byte[]>> awaitRecords(String topic, int atLeast, String isolation) {
        return TopicReader.awaitRecords(kafka, topic, atLeast, isolation);
    }

    @Override
    public void close() {
        for (JobClient job : jobs) {
            if (!job.getJobStatus().join().isGloballyTerminalState()) {
                job.cancel().join();
                await().atMost(PATIENCE).until(() -> job.getJobStatus().get().isGloballyTerminalState());
            }
        }
        producer.close();
        registry.close();
    }
}
