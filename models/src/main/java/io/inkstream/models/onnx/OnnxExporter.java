package io.inkstream.models.onnx;

import static io.inkstream.models.onnx.GraphWriter.attribute;

import com.google.protobuf.ByteString;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Layer;
import io.inkstream.models.network.NetworkStates;
import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.NetworkState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;

/**
 * Turns the state of a network into the ONNX model that scores like what {@link NetworkStates#published} gives of it.
 *
 * <p>The graph: {@code uint8[n,28,28] images → Cast → Mul(1/255) → Reshape → layers → Softmax → float[n,10]
 * probabilities}. As scaling is part of the graph, nobody who serves it can scale otherwise than training did. The
 * weights' bytes go through as they are; no native library is called.
 */
public final class OnnxExporter {
    /** The metadata key for the network's name. */
    static final String NETWORK_KEY = "inkstream.network";

    /** Of ONNX 1.8 of 2020: old enough for any tool in use. */
    private static final int IR_VERSION = 7;

    private static final int OPSET = 13;

    private OnnxExporter() {}

    /**
     * The same state and metadata give the same bytes.
     *
     * @param metadata shown by ONNX tools; not {@code inkstream.network} nor {@code inkstream.optimization}, which are
     *     added here
     * @throws IllegalArgumentException if the state is damaged or of another release
     */
    public static byte[] export(NetworkState state, Map<String, String> metadata) {
        Networks network = NetworkStates.check(state);
        Map<String, String> sorted = new TreeMap<>(metadata);
        if (sorted.put(NETWORK_KEY, network.label()) != null
                || sorted.put(Optimization.KEY, Optimization.of(network).label()) != null) {
            throw new IllegalArgumentException(
                    "metadata may not set " + NETWORK_KEY + " or " + Optimization.KEY + ": " + metadata.keySet());
        }
        ModelProto.Builder model = model(network, NetworkStates.published(state));
        sorted.forEach(
                (key, value) -> model.addMetadataPropsBuilder().setKey(key).setValue(value));
        return model.build().toByteArray();
    }

    /** The model of a network whose parameters are all 0, without metadata: what all of that network have in common. */
    static ModelProto blank(Networks network) {
        return model(network, ByteString.copyFrom(new byte[network.parameters() * Float.BYTES]))
                .build();
    }

    private static ModelProto.Builder model(Networks network, ByteString parameters) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("inkstream")
                .setGraph(graph(network, parameters));
        model.addOpsetImportBuilder().setDomain("").setVersion(OPSET);
        return model;
    }

    private static GraphProto graph(Networks network, ByteString parameters) {
        List<Layer> layers = network.layers();
        GraphWriter graph = new GraphWriter(network.label(), Signature.INPUT);
        preProcess(graph, layers.get(0));
        boolean flat = layers.get(0) instanceof Layer.Dense;
        int done = 0;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            String name = "layer" + i;
            ByteString own = parameters.substring(done, done + layer.parameters() * Float.BYTES);
            if (layer instanceof Layer.Convolution convolution) {
                convolution(graph, name, convolution, own);
            } else if (layer instanceof Layer.MaxPool pool) {
                maxPool(graph, name, pool);
            } else if (layer instanceof Layer.Dense dense) {
                if (!flat) {
                    graph.then("Flatten", name + ".flat", attribute("axis", 1));
                    flat = true;
                }
                dense(graph, name, dense, own);
                if (i < layers.size() - 1) {
                    graph.then("Relu", name + ".relu");
                }
            }
            done += own.size();
        }
        graph.then("Softmax", Signature.OUTPUT, attribute("axis", 1));
        return graph.build(
                GraphWriter.value(
                        Signature.INPUT, TensorProto.DataType.UINT8, -1, DigitNetwork.SIDE, DigitNetwork.SIDE),
                GraphWriter.value(Signature.OUTPUT, TensorProto.DataType.FLOAT, -1, DigitNetwork.CLASSES));
    }

    private static void preProcess(GraphWriter graph, Layer first) {
        graph.then("Cast", "float", attribute("to", TensorProto.DataType.FLOAT_VALUE));
        graph.then("Mul", "scaled", new String[] {graph.floats("scale", 1f / 255f)});
        String shape = first instanceof Layer.Dense
                ? graph.longs("shape", -1, DigitNetwork.PIXELS)
                : graph.longs("shape", -1, 1, DigitNetwork.SIDE, DigitNetwork.SIDE);
        graph.then("Reshape", "shaped", new String[] {shape});
    }

    private static void convolution(GraphWriter graph, String name, Layer.Convolution layer, ByteString parameters) {
        int biasBytes = layer.out() * Float.BYTES;
        int kernel = layer.kernel();
        String weights = graph.floats(
                name + ".weights", parameters.substring(biasBytes), layer.out(), layer.in(), kernel, kernel);
        String bias = graph.floats(name + ".bias", parameters.substring(0, biasBytes), layer.out());
        graph.then("Conv", name, new String[] {weights, bias}, attribute("kernel_shape", kernel, kernel));
        graph.then("Relu", name + ".relu");
    }

    private static void maxPool(GraphWriter graph, String name, Layer.MaxPool layer) {
        graph.then(
                "MaxPool",
                name,
                attribute("kernel_shape", layer.size(), layer.size()),
                attribute("strides", layer.size(), layer.size()));
    }

    private static void dense(GraphWriter graph, String name, Layer.Dense layer, ByteString parameters) {
        int weightBytes = layer.weights() * Float.BYTES;
        String weights = graph.floats(name + ".weights", parameters.substring(0, weightBytes), layer.out(), layer.in());
        String bias = graph.floats(name + ".bias", parameters.substring(weightBytes), layer.out());
        graph.then("Gemm", name, new String[] {weights, bias}, attribute("transB", 1));
    }
}
