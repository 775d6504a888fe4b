package io.inkstream.operators;

import com.google.protobuf.ByteString;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.NetworkStates;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Progress;
import io.inkstream.models.registry.Rollout;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Versions for tests: a network of its own for each number. */
public final class TestModels {
    private TestModels() {}

    /** Of random parameters, without DL4J: most tests here only need networks that differ. */
    public static NetworkState network(long seed) {
        Networks mlp = Networks.named("mlp");
        Random random = new Random(seed);
        ByteBuffer parameters =
                ByteBuffer.allocate(mlp.parameters() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < mlp.parameters(); i++) {
            parameters.putFloat((float) random.nextGaussian() * 0.05f);
        }
        return NetworkState.newBuilder()
                .setFormat(NetworkStates.FORMAT)
                .setRecipe(Networks.recipe("mlp").toBuilder().clearAveraging())
                .setParameters(ByteString.copyFrom(parameters.array()))
                .setUpdater(ByteString.copyFrom(new byte[2 * parameters.capacity()]))
                .build();
    }

    public static byte[] onnx(long seed) {
        return OnnxExporter.export(network(seed), Map.of());
    }

    /** What the network of that number reads in two images. */
    public static byte[] probe(long seed) {
        byte[] pixels = new byte[2 * DigitNetwork.PIXELS];
        new Random(seed).nextBytes(pixels);
        try (DigitNetwork network = DigitNetwork.restore(network(seed))) {
            return Probe.of(pixels, network.probabilities(pixels, 2));
        }
    }

    /** A network whose weights are not numbers. */
    public static byte[] onnxOfNotANumber() {
        NetworkState good = network(1);
        ByteBuffer parameters = ByteBuffer.allocate(good.getParameters().size()).order(ByteOrder.LITTLE_ENDIAN);
        while (parameters.hasRemaining()) {
            parameters.putFloat(Float.NaN);
        }
        return OnnxExporter.export(
                good.toBuilder()
                        .setParameters(ByteString.copyFrom(parameters.array()))
                        .build(),
                Map.of());
    }

    /** The metadata of the version whose network has its number as the seed; its files may or may not exist. */
    public static ModelVersion version(String model, long number) {
        return ModelVersion.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setModel(model)
                .setVersion(number)
                .setState(VersionState.PUBLISHED)
                .setOnnx(ModelStore.describe(ModelStore.ONNX, onnx(number)))
                .build();
    }

    public static LiveVersion live(String model, long number, long move) {
        return LiveVersion.newBuilder()
                .setPointer(LivePointer.newBuilder()
                        .setFormat(ModelRegistry.FORMAT)
                        .setVersion(number)
                        .setMove(move))
                .setVersion(version(model, number))
                .build();
    }

    /** Puts the version's ONNX file where scorers look for it. */
    public static void writeFiles(String root, String model, long number) throws IOException {
        ModelStore store = ModelStore.open(root, model);
        String staged = store.stage(number, Map.of(ModelStore.ONNX, onnx(number)));
        store.publish(staged, number, List.of(version(model, number).getOnnx()));
    }

    /** Registers the version and makes it live, without files; only where no scorer runs. */
    public static void makeLive(String zookeeper, String model, long number) {
        try (ModelRegistry registry = ModelRegistry.open(zookeeper, model)) {
            registry.register(version(model, number));
            Rollout rollout = new Rollout(registry);
            rollout.propose(number, "a test", "", true);
            if (!(rollout.advance() instanceof Progress.Moved)) {
                throw new IllegalStateException("a scorer runs, or somebody else moves live");
            }
        }
    }
}
