package io.inkstream.bench;

import com.google.protobuf.ByteString;
import io.inkstream.jobs.Connections;
import io.inkstream.models.network.NetworkStates;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Versions that nobody has trained, each with weights of its own: as large as others, and as much work to load. */
final class UntrainedVersions {
    private static final int PROBED = 8;
    private static final float DEVIATION = 0.05f;

    private final Connections connections;
    private final ModelRegistry registry;
    private final ModelStore store;
    private final byte[] probed;

    /** @param digits the first of them are in the versions' probes */
    UntrainedVersions(Connections connections, ModelRegistry registry, Digits digits) throws IOException {
        this.connections = connections;
        this.registry = registry;
        this.store = ModelStore.open(connections.root(), connections.model());
        this.probed = new byte[PROBED * Digits.PIXELS];
        digits.copy(0, PROBED, probed, new byte[PROBED]);
    }

    /** Puts a version where a training job would. */
    void publish(String network, long number) throws IOException, UnusableModelException {
        byte[] onnx = onnx(network, number);
        byte[] probe;
        try (OnnxScorer scorer = OnnxScorer.load(onnx)) {
            probe = Probe.of(probed, scorer.score(probed, PROBED));
        }
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
    }

    /** The artefact of the version of that number. */
    static byte[] onnx(String network, long number) {
        return OnnxExporter.export(random(Networks.named(network), number), Map.of());
    }

    /** Without DL4J, which has the whole heap collected three times for each network that is closed. */
    private static NetworkState random(Networks network, long seed) {
        Random random = new Random(seed);
        ByteBuffer parameters =
                ByteBuffer.allocate(network.parameters() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (parameters.hasRemaining()) {
            parameters.putFloat((float) random.nextGaussian() * DEVIATION);
        }
        return NetworkState.newBuilder()
                .setFormat(NetworkStates.FORMAT)
                .setRecipe(Networks.recipe(network.label()).toBuilder().clearAveraging())
                .setParameters(ByteString.copyFrom(parameters.array()))
                .setUpdater(ByteString.copyFrom(new byte[2 * parameters.capacity()]))
                .build();
    }

    /** What was published, loaded from HDFS. */
    OnnxScorer load(long number) throws IOException, UnusableModelException {
        ModelVersion version = registry.version(number).orElseThrow();
        return OnnxScorer.load(store.read(number, version.getOnnx()));
    }
}
