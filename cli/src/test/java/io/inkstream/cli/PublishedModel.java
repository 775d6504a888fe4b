package io.inkstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryView;
import io.inkstream.models.registry.RegistryWatch;
import io.inkstream.models.registry.Rollout;
import io.inkstream.models.registry.ScorerPresence;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.models.store.ModelStore;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Path;

/** A model of its own on the sandbox, whose versions nobody trained: files in HDFS, metadata and scorers in ZooKeeper. */
final class PublishedModel implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String JOB = "0a".repeat(16);

    private final String zookeeper;
    private final String model;
    private final ModelStore store;
    private final ModelRegistry registry;
    private final FileContext hdfs;
    private final List<Runnable> toClose = new ArrayList<>();

    PublishedModel(Sandbox sandbox) throws IOException {
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
        store = ModelStore.open(sandbox.hdfs() + "/inkstream", model);
        registry = ModelRegistry.open(zookeeper, model);
        hdfs = FileContext.getFileContext(URI.create(sandbox.hdfs()), new Configuration());
    }

    ModelRegistry registry() {
        return registry;
    }

    Rollout rollout() {
        return new Rollout(registry);
    }

    void publish(long number, float... parameters) throws IOException {
        byte[] onnx = "the graph of %d ".formatted(number).repeat(10_000).getBytes(UTF_8);
        byte[] training = NetworkState.newBuilder()
                .setFormat(1)
                .setParameters(VersionDifferenceTest.floats(parameters))
                .build()
                .toByteArray();
        ModelVersion version = SampleVersions.version(number, VersionState.PUBLISHED, 320 * number, 9_000, 1)
                .setModel(model)
                .setCreated(Timestamps.now())
                .setLocation(store.location(number))
                .setOnnx(ModelStore.describe(ModelStore.ONNX, onnx))
                .setTraining(ModelStore.describe(ModelStore.TRAINING, training))
                .build();
        Map<String, byte[]> files = Map.of(ModelStore.ONNX, onnx, ModelStore.TRAINING, training);
        store.publish(store.stage(number, files), number, List.of(version.getOnnx(), version.getTraining()));
        registry.register(version);
    }

    /** The command line's options for this model. */
    String[] line(String... command) {
        String[] options = {"--zookeeper", zookeeper, "--model", model};
        return Stream.of(new String[] {"models"}, command, options)
                .flatMap(Stream::of)
                .toArray(String[]::new);
    }

    Run run(String... command) {
        return Run.of(line(command));
    }

    /** A scorer that says nothing yet. */
    ScorerPresence silentScorer(int subtask) {
        ScorerPresence presence = ScorerPresence.announce(ZooKeeperAccess.open(zookeeper), model, JOB, subtask, 1);
        toClose.add(presence::close);
        await().atMost(PATIENCE)
                .until(() -> registry.scorers().stream().anyMatch(scorer -> scorer.getSubtask() == subtask));
        return presence;
    }

    /** A scorer that loads whatever is the candidate, and serves what is live. */
    void scorer(int subtask) {
        ScorerPresence presence = silentScorer(subtask);
        toClose.add(registry.watch(view -> presence.update(loads(view).build()))::close);
    }

    /** A scorer that loads no candidate, and says why. */
    RegistryWatch refusingScorer(int subtask, String reason) {
        ScorerPresence presence = silentScorer(subtask);
        RegistryWatch watch = registry.watch(view -> view.candidate()
                .ifPresent(candidate -> presence.update(ScorerStatus.newBuilder()
                        .setRefused(Refusal.newBuilder()
                                .setVersion(candidate.version().getVersion())
                                .setAttempt(candidate.candidate().getAttempt())
                                .setReason(reason))
                        .build())));
        toClose.add(watch::close);
        return watch;
    }

    private static ScorerStatus.Builder loads(RegistryView view) {
        ScorerStatus.Builder status = ScorerStatus.newBuilder();
        view.live()
                .ifPresent(live -> status.setServes(live.getPointer().getVersion())
                        .addLoaded(live.getPointer().getVersion()));
        view.candidate()
                .ifPresent(candidate -> status.addLoaded(candidate.version().getVersion()));
        return status;
    }

    long live() {
        return registry.live().map(LivePointer::getVersion).orElse(0L);
    }

    VersionState state(long number) {
        return registry.version(number).orElseThrow().getState();
    }

    /** Changes one bit in the middle of a file in HDFS. */
    void tamper(long number, String file) throws IOException {
        Path path = new Path(store.location(number), file);
        byte[] content = new byte[(int) hdfs.getFileStatus(path).getLen()];
        try (var in = hdfs.open(path)) {
            in.readFully(0, content);
        }
        content[content.length / 2] ^= 1;
        try (FSDataOutputStream out = hdfs.create(path, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE))) {
            out.write(content);
        }
    }

    void deleteFiles(long number) throws IOException {
        store.delete(number);
    }

    @Override
    public void close() {
        toClose.forEach(Runnable::run);
        registry.close();
    }
}
