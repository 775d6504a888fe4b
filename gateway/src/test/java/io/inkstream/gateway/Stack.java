package io.inkstream.gateway;

import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.jobs.ScoringJob;
import io.inkstream.jobs.ScoringOptions;
import io.inkstream.jobs.Topics;
import io.inkstream.jobs.TrainingJob;
import io.inkstream.jobs.TrainingOptions;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.operators.publishing.VersionSink;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.LabeledImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A model of its own on the sandbox: topics, both jobs, and what a gateway needs to know of them. */
final class Stack implements AutoCloseable {
    static final Path SAMPLES =
            Path.of(System.getProperty("basedir", ".")).resolve("../samples").toAbsolutePath();
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Sandbox sandbox;
    private final Connections connections;
    private JobClient training;
    private JobClient scoring;

    private Stack(Sandbox sandbox) {
        this.sandbox = sandbox;
        connections = new Connections(
                sandbox.uniqueName("model"), sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
    }

    /** With topics, and without jobs. */
    static Stack withTopics(Sandbox sandbox) {
        Stack stack = new Stack(sandbox);
        Topics topics = stack.connections.topics();
        sandbox.createTopics(1, topics.training(), topics.rejected());
        sandbox.createTopics(2, topics.images(), topics.predictions());
        return stack;
    }

    /** With both jobs, and a first version that is live. */
    static Stack scoring(Sandbox sandbox) throws Exception {
        Stack stack = withTopics(sandbox);
        try {
            stack.startScoring();
            stack.startTraining();
            stack.train(640);
            stack.awaitLive();
            return stack;
        } catch (Exception e) {
            stack.close();
            throw e;
        }
    }

    void startScoring() throws Exception {
        scoring = ScoringJob.submit(
                new StreamExecutionEnvironment(sandbox.flinkClient()),
                new ScoringOptions(connections)
                        .withParallelism(1)
                        .withCheckpointInterval(Duration.ofSeconds(1))
                        .withCache(sandbox.folder().resolve("cache").toString()));
    }

    void startTraining() throws Exception {
        startTraining(sandbox.flinkClient());
    }

    /** Stops it with a savepoint and submits it again from there, as for an upgrade. */
    void restartTraining() throws Exception {
        String folder = VersionSink.savepoints(connections.root(), connections.model());
        // Until all of its tasks run Flink refuses.
        String savepoint = await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> training.stopWithSavepoint(false, folder, SavepointFormatType.CANONICAL)
                                .get(),
                        path -> true);
        Configuration flink = new Configuration(sandbox.flinkClient());
        flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        startTraining(flink);
    }

    private void startTraining(Configuration flink) throws Exception {
        training = TrainingJob.submit(
                new StreamExecutionEnvironment(flink),
                new TrainingOptions(connections)
                        .withNetwork("mlp")
                        .withHoldout(0)
                        .withCheckpointInterval(Duration.ofSeconds(1)));
    }

    void stopTraining() throws Exception {
        training.cancel().get();
        await().atMost(PATIENCE).until(() -> training.getJobStatus().get().isGloballyTerminalState());
    }

    /** Sends the first samples past the gateway. */
    void train(int images) {
        Dataset samples = Datasets.open(SAMPLES.resolve("digits").toString()).slice(0, images);
        try (KafkaProducer<byte[], byte[]> kafka = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.kafka()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (LabeledImage image : samples) {
                var unused =
                        kafka.send(new ProducerRecord<>(connections.topics().training(), image.toByteArray()));
            }
        }
    }

    void awaitLive() {
        try (ModelRegistry registry = registry()) {
            await().atMost(PATIENCE).until(() -> registry.live().isPresent());
        }
    }

    ModelRegistry registry() {
        return ModelRegistry.open(sandbox.zookeeper(), connections.model());
    }

    Connections connections() {
        return connections;
    }

    GatewaySettings settings() {
        return GatewaySettings.of(
                        connections.model(),
                        KafkaAccess.open(sandbox.kafka()),
                        ZooKeeperAccess.open(sandbox.zookeeper()),
                        connections.root())
                .withDataRoot(SAMPLES);
    }

    /** Listens, and is ready for requests. */
    Gateway gateway(GatewaySettings settings) {
        Gateway gateway = Gateway.start(settings);
        Http http = new Http(gateway.url());
        await().atMost(PATIENCE).until(() -> http.get("/readyz").statusCode() == 200);
        return gateway;
    }

    @Override
    public void close() {
        for (JobClient job : new JobClient[] {training, scoring}) {
            if (job != null) {
                var unused = job.cancel();
            }
        }
    }
}
