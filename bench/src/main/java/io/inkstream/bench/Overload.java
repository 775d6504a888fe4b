package io.inkstream.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.inkstream.datasets.Dataset;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.TrainingJob;
import io.inkstream.jobs.TrainingOptions;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.OffsetRange;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.bytedeco.javacpp.Pointer;

/** A training job with its default options, and a producer that sends at a rate of its own. */
final class Overload implements AutoCloseable {
    /** Sent between two looks at the clock. */
    private static final int PORTION = 50;

    private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withTaskManagers(1, 2));
    private final Connections connections = new Connections(
            sandbox.uniqueName("bench"), sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
    private final Dataset images;
    private final int rate;
    private final ModelRegistry registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private final JobClient job;
    private final JobCheckpoints checkpoints;
    private final long start;
    private final AtomicReference<Exception> failed = new AtomicReference<>();
    private Iterator<LabeledImage> next;
    private long sent;

    Overload(Dataset images, String network, int rate) throws Exception {
        this.images = images;
        this.rate = rate;
        this.next = images.iterator();
        sandbox.createTopics(
                1, connections.topics().training(), connections.topics().rejected());
        registry = ModelRegistry.open(sandbox.zookeeper(), connections.model());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.kafka()), new ByteArraySerializer(), new ByteArraySerializer());
        job = TrainingJob.submit(
                new StreamExecutionEnvironment(sandbox.flinkClient()),
                new TrainingOptions(connections).withNetwork(network));
        checkpoints = new JobCheckpoints(sandbox.flink(), job.getJobID());
        start = System.nanoTime();
    }

    /** Sends at the rate until so many seconds after the start. */
    void sendUntil(double second) {
        long end = start + (long) (second * 1e9);
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            if (sent < rate * ((now - start) / 1e9)) {
                send();
            } else {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears what went wrong
    private void send() {
        for (int i = 0; i < PORTION; i++) {
            if (!next.hasNext()) {
                next = images.iterator();
            }
            producer.send(
                    new ProducerRecord<>(
                            connections.topics().training(), next.next().toByteArray()),
                    (written, failure) -> failed.compareAndSet(null, failure));
            sent++;
        }
    }

    OverloadCommand.Look look() throws Exception {
        if (failed.get() != null) {
            throw failed.get();
        }
        JsonObject counts = checkpoints.read().getAsJsonObject("counts");
        return new OverloadCommand.Look(
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                sent,
                versions().stream().mapToLong(Lineage::getSamplesTrained).sum(),
                Pointer.physicalBytes() >> 20,
                counts.get("completed").getAsInt(),
                counts.get("failed").getAsInt());
    }

    /** Why checkpoints failed, of those that Flink still knows. */
    List<String> failures() throws Exception {
        List<String> failures = new ArrayList<>();
        JsonArray history = checkpoints.read().getAsJsonArray("history");
        for (JsonElement element : history) {
            JsonObject checkpoint = element.getAsJsonObject();
            if (checkpoint.get("status").getAsString().equals("FAILED")) {
                failures.add(
                        "checkpoint %s failed: %s".formatted(checkpoint.get("id"), checkpoint.get("failure_message")));
            }
        }
        return failures;
    }

    /** Records that no version accounts for, or several do; empty where all is well. */
    List<String> gaps() {
        List<String> gaps = new ArrayList<>();
        long expected = 0;
        for (Lineage lineage : versions()) {
            OffsetRange range = lineage.getOffsets(0);
            long records = range.getTo() - range.getFrom();
            if (range.getFrom() != expected || records != lineage.getSamplesTrained() + lineage.getSamplesHeldOut()) {
                gaps.add("offsets [%d, %d), %d trained, %d held out: expected from %d"
                        .formatted(
                                range.getFrom(),
                                range.getTo(),
                                lineage.getSamplesTrained(),
                                lineage.getSamplesHeldOut(),
                                expected));
            }
            expected = range.getTo();
        }
        return gaps;
    }

    private List<Lineage> versions() {
        return registry.versions().stream()
                .map(number -> registry.version(number).orElseThrow().getLineage())
                .toList();
    }

    @Override
    public void close() {
        producer.close();
        job.cancel().join();
        registry.close();
        sandbox.close();
    }
}
