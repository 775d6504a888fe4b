package io.inkstream.bench;

import com.google.protobuf.util.Timestamps;
import io.inkstream.datasets.Dataset;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.TrainingJob;
import io.inkstream.jobs.TrainingOptions;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka, ZooKeeper, HDFS and Flink, to train the way that users do. */
final class Pipeline implements AutoCloseable {
    private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withTaskManagers(1, 4));

    /**
     * Trains a model of its own, in versions as far apart as by default, on images that are in Kafka before the job starts.
     *
     * @return images a second from the first version to the last, by the lineage and the times of the cuts
     */
    double train(Dataset dataset, int images, String network, int trainers, int replicas) throws Exception {
        Connections connections = new Connections(
                sandbox.uniqueName("bench"), sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
        sandbox.createTopics(trainers, connections.topics().training());
        sandbox.createTopics(1, connections.topics().rejected());
        produce(dataset, images, connections.topics().training(), trainers);
        TrainingOptions options = new TrainingOptions(connections)
                .withNetwork(network)
                .withHoldout(0)
                .withReplay(0, 0)
                .withParallelism(trainers)
                .withReplicas(replicas)
                .bounded();
        TrainingJob.submit(new StreamExecutionEnvironment(sandbox.flinkClient()), options)
                .getJobExecutionResult()
                .get();
        try (ModelRegistry registry = ModelRegistry.open(sandbox.zookeeper(), connections.model())) {
            return rate(registry);
        }
    }

    private void produce(Dataset dataset, int images, String topic, int partitions) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", sandbox.kafka());
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            while (sent.size() < images) {
                for (LabeledImage image : dataset.slice(0, Math.min(dataset.size(), images - sent.size()))) {
                    sent.add(producer.send(
                            new ProducerRecord<>(topic, sent.size() % partitions, null, image.toByteArray())));
                }
            }
            producer.flush();
        }
        for (Future<RecordMetadata> acknowledged : sent) {
            acknowledged.get();
        }
    }

    private static double rate(ModelRegistry registry) {
        List<Long> numbers = registry.versions();
        ModelVersion first = registry.version(numbers.get(0)).orElseThrow();
        // The last one comes with the end of the job, some time after the last image.
        ModelVersion last = registry.version(numbers.get(numbers.size() - 2)).orElseThrow();
        long images =
                last.getLineage().getTotalSamplesTrained() - first.getLineage().getTotalSamplesTrained();
        return images * 1e3 / (Timestamps.toMillis(last.getCreated()) - Timestamps.toMillis(first.getCreated()));
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
