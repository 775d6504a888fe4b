package io.inkstream.bench;

import io.inkstream.jobs.Connections;
import io.inkstream.jobs.ScoringJob;
import io.inkstream.jobs.ScoringOptions;
import io.inkstream.jobs.Topics;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A scoring job with a model of its own on a sandbox, images that come in all the time, and what is read in them. */
final class ScoringPipeline implements AutoCloseable {
    /** Three of the job's checkpoints: what they have not brought does not come. */
    private static final long SILENCE_SECONDS = 3;

    private static final long PATIENCE_SECONDS = 60;

    private final Sandbox sandbox;
    private final Connections connections;
    private final ModelRegistry registry;
    private final Digits digits;
    private final int scorers;
    private final JobClient job;
    private final List<SteadyLoad> loads = new ArrayList<>();

    /** @param bufferTimeoutMs Flink's, after which an operator hands on what it has, 0 for at once */
    ScoringPipeline(Sandbox sandbox, Digits digits, int scorers, long bufferTimeoutMs) throws Exception {
        this(sandbox, digits, scorers, env -> env.setBufferTimeout(bufferTimeoutMs), options -> {});
    }

    /**
     * @param environment sets what a cluster's configuration could
     * @param options sets those of the job beside its parallelism and its cache
     */
    ScoringPipeline(
            Sandbox sandbox,
            Digits digits,
            int scorers,
            Consumer<StreamExecutionEnvironment> environment,
            Consumer<ScoringOptions> options)
            throws Exception {
        this.sandbox = sandbox;
        this.digits = digits;
        this.scorers = scorers;
        connections = new Connections(
                sandbox.uniqueName("bench"), sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
        sandbox.createTopics(
                scorers, connections.topics().images(), connections.topics().predictions());
        sandbox.createTopics(1, connections.topics().rejected());
        registry = ModelRegistry.open(sandbox.zookeeper(), connections.model());
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(sandbox.flinkClient());
        environment.accept(env);
        ScoringOptions chosen =
                new ScoringOptions(connections).withParallelism(scorers).withCache(cache().toString());
        options.accept(chosen);
        job = ScoringJob.submit(env, chosen);
    }

    Connections connections() {
        return connections;
    }

    Topics topics() {
        return connections.topics();
    }

    /** Where the scorers' local cache is. */
    Path cache() {
        return sandbox.folder().resolve("cache");
    }

    UntrainedVersions versions() throws Exception {
        return new UntrainedVersions(connections, registry, digits);
    }

    Rollouts rollouts() {
        return new Rollouts(registry, scorers);
    }

    /** Runs until it is stopped, or this is closed. */
    SteadyLoad load(int rate, int sources) {
        SteadyLoad load =
                new SteadyLoad(digits, sandbox.kafka(), connections.topics().images(), rate, sources);
        loads.add(load);
        return load;
    }

    /** All committed predictions, those of one source in their order, once there are so many, or none came for long. */
    List<Prediction> predictions(long expected) throws Exception {
        String topic = connections.topics().predictions();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", sandbox.kafka(), "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<Prediction> predictions = new ArrayList<>();
            long last = System.nanoTime();
            while (System.nanoTime() - last < TimeUnit.SECONDS.toNanos(patience(predictions.size() < expected))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    predictions.add(Prediction.parseFrom(record.value()));
                    last = System.nanoTime();
                }
            }
            return predictions;
        }
    }

    private static long patience(boolean someAreMissing) {
        return someAreMissing ? PATIENCE_SECONDS : SILENCE_SECONDS;
    }

    @Override
    public void close() {
        loads.forEach(SteadyLoad::close);
        job.cancel().join();
        registry.close();
    }
}
