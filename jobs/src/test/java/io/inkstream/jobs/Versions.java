package io.inkstream.jobs;

import static org.awaitility.Awaitility.await;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Rollout;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.VersionState;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Versions that nobody has to wait for: each is one mini-batch further than the one published before it, and has a probe.
 */
final class Versions implements AutoCloseable {
    private static final int PROBED = 8;
    private static final int BATCH = 32;

    private final Connections connections;
    private final Digits digits;
    private final ModelStore store;
    private final Map<Long, OnnxScorer> scorers = new HashMap<>();
    /** One for all versions: DL4J has the whole heap collected whenever a network is closed. */
    private final DigitNetwork network = network(1);

    private long learned;

    Versions(Connections connections, Digits digits) throws Exception {
        this.digits = digits;
        this.connections = connections;
        this.store = ModelStore.open(connections.root(), connections.model());
    }

    /** Puts the version where a training job would. */
    void publish(ModelRegistry registry, long number) throws Exception {
        publish(registry, number, number);
    }

    /** Publishes the version and has it taken over by the scorers that run, once one does. */
    void goLive(ModelRegistry registry, long number) throws Exception {
        await().atMost(Loop.PATIENCE).until(() -> !registry.scorers().isEmpty());
        publish(registry, number);
        new Rollout(registry).propose(number, "a test", "", false);
    }

    /** @param probed the number of the version whose answers are in the probe; where it is another, scorers must refuse */
    void publish(ModelRegistry registry, long number, long probed) throws Exception {
        learn();
        byte[] onnx = OnnxExporter.export(
                // As with a training job's, no other version has the same bytes, which would be in the cache already.
                network.state(), Map.of("inkstream.model", connections.model(), "inkstream.version", "" + number));
        byte[] pixels = digits.pixels(PROBED);
        byte[] probe =
                Probe.of(pixels, probed == number ? network.probabilities(pixels, PROBED) : others(probed, pixels));
        ModelVersion version = ModelVersion.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setModel(connections.model())
                .setVersion(number)
                .setState(VersionState.PUBLISHED)
                .setLocation(store.location(number))
                .setOnnx(ModelStore.describe(ModelStore.ONNX, onnx))
                .setProbe(ModelStore.describe(Probe.NAME, probe))
                .build();
        store.publish(
                store.stage(number, Map.of(ModelStore.ONNX, onnx, Probe.NAME, probe)),
                number,
                List.of(version.getOnnx(), version.getProbe()));
        registry.register(version);
        scorers.put(number, OnnxScorer.load(onnx));
    }

    private void learn() {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        for (LabeledImage image : digits.next(learned, BATCH)) {
            pixels.writeBytes(image.getImage().getPixels().toByteArray());
            labels.write(image.getLabel());
        }
        network.train(pixels.toByteArray(), labels.toByteArray(), BATCH);
        learned += BATCH;
    }

    private static float[] others(long seed, byte[] pixels) {
        try (DigitNetwork other = network(seed)) {
            return other.probabilities(pixels, PROBED);
        }
    }

    /** Without averaging, behind which the first mini-batches hardly show. */
    private static DigitNetwork network(long seed) {
        return DigitNetwork.create(Networks.recipe("mlp").toBuilder()
                .setBatchSize(BATCH)
                .setSeed(seed)
                .clearAveraging()
                .build());
    }

    /** What the version that the prediction names reads in the image, to the bit. */
    List<Float> scoreAgain(Prediction prediction, byte[] pixels) {
        List<Float> probabilities = new ArrayList<>();
        for (float probability : scorers.get(prediction.getModelVersion()).score(pixels, 1)) {
            probabilities.add(probability);
        }
        return probabilities;
    }

    @Override
    public void close() {
        scorers.values().forEach(OnnxScorer::close);
        network.close();
    }
}
