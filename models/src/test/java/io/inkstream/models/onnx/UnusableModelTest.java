package io.inkstream.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.NetworkStates;
import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.NetworkState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.protobuf.ByteString;

class UnusableModelTest {
    private static NetworkState state;
    private static byte[] good;

    @BeforeAll
    static void export() {
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("cnn"))) {
            state = network.state();
            good = OnnxExporter.export(state, Map.of());
        }
    }

    @Test
    void usageExample() {
        byte[] text = "not a model".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> OnnxScorer.load(text))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("not an ONNX model");
    }

    @Test
    void theSameStateAndMetadataGiveTheSameBytes() throws Exception {
        byte[] one = OnnxExporter.export(state, Map.of("a", "1", "b", "2", "c", "3"));
        byte[] other = OnnxExporter.export(state, Map.of("c", "3", "b", "2", "a", "1"));

        assertThat(one).isEqualTo(other);
        assertThat(ModelCheck.metadata(ModelProto.parseFrom(one), "b", "")).isEqualTo("2");
        assertThat(ModelCheck.metadata(ModelProto.parseFrom(one), Optimization.KEY, ""))
                .isEqualTo("all");
        assertThat(ModelCheck.metadata(ModelProto.parseFrom(one), OnnxExporter.NETWORK_KEY, ""))
                .isEqualTo("cnn");
    }

    @Test
    void theExporterKeepsItsOwnMetadata() {
        assertThatThrownBy(() -> OnnxExporter.export(state, Map.of(Optimization.KEY, "all")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theExporterRefusesADamagedState() {
        NetworkState newer =
                state.toBuilder().setFormat(NetworkStates.FORMAT + 1).build();

        assertThatThrownBy(() -> OnnxExporter.export(newer, Map.of())).hasMessageContaining("format 2");
    }

    @Test
    void refusesNothingAndTooMuch() {
        assertUnusable(new byte[0], "0 bytes");
        assertUnusable(new byte[ModelCheck.MAX_BYTES + 1], "at most");
    }

    @Test
    void refusesEveryTruncation() {
        for (int length = 0; length < good.length; length += 997) {
            assertUnusable(Arrays.copyOf(good, length), "");
        }
        assertUnusable(Arrays.copyOf(good, good.length - 1), "");
    }

    /** A bit of a weight flips unnoticed (the artefact's checksum is for that), but nothing may bring the process down. */
    @Test
    void neverCrashesOnDamage() {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = good.clone();
            // Half of them where the structure is: before the weights.
            int place = random.nextInt(i % 2 == 0 ? 600 : damaged.length);
            damaged[place] ^= (byte) (1 << random.nextInt(8));
            try (OnnxScorer scorer = OnnxScorer.load(damaged)) {
                assertThat(scorer.score(new byte[784], 1)).hasSize(10);
            } catch (UnusableModelException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void refusesOtherNamesTypesAndShapes() {
        assertUnusable(
                graph(graph -> graph.getInputBuilder(0).setName("image")), "not the graph of cnn", "inputs differ");
        assertUnusable(renamedOutput(), "outputs differ");
        assertUnusable(inputType(TensorProto.DataType.INT32), "inputs differ");
        assertUnusable(inputDimension(0, 1), "inputs differ");
        assertUnusable(inputDimension(1, 14), "inputs differ");
        assertUnusable(
                graph(graph ->
                        graph.addOutput(GraphWriter.value("layer0", TensorProto.DataType.FLOAT, -1, 32, 26, 26))),
                "outputs differ");
        assertUnusable(
                graph(graph -> {
                    TensorProto.Builder weights = graph.getInitializerBuilder(graph.getInitializerCount() - 1);
                    weights.setRawData(weights.getRawData().substring(4));
                }),
                "differs");
    }

    /** A file of some kilobytes that would have a terabyte computed. */
    @Test
    void refusesGraphsThatBlowUp() {
        assertUnusable(
                graph(graph -> graph.getNodeBuilder(3)
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("pads")
                                .setType(AttributeProto.AttributeType.INTS)
                                .addAllInts(List.of(1L << 20, 1L << 20, 1L << 20, 1L << 20)))),
                "operator 4 differs");
        assertUnusable(
                graph(graph -> {
                    graph.addInitializer(TensorProto.newBuilder()
                            .setName("shape of a terabyte")
                            .setDataType(TensorProto.DataType.INT64_VALUE)
                            .addDims(1)
                            .addInt64Data(1L << 38));
                    graph.addNode(NodeProto.newBuilder()
                            .setOpType("ConstantOfShape")
                            .addInput("shape of a terabyte")
                            .addOutput("a terabyte"));
                }),
                "operator",
                "differs");
    }

    @Test
    void refusesWhatIsBesideTheGraph() throws Exception {
        // Functions: a field that the parser does not know, and ONNX Runtime does.
        byte[] more = Arrays.copyOf(good, good.length + 3);
        more[good.length] = (byte) 0xca;
        more[good.length + 1] = 1;
        assertUnusable(more, "something beside it");
        ModelProto.Builder newer = ModelProto.parseFrom(good).toBuilder();
        newer.getOpsetImportBuilder(0).setVersion(21);
        assertUnusable(newer.build().toByteArray(), "something beside it");
    }

    @Test
    void refusesANetworkThatThisReleaseDoesNotHave() throws Exception {
        ModelProto.Builder model = ModelProto.parseFrom(good).toBuilder();
        assertUnusable(model.clearMetadataProps().build().toByteArray(), "inkstream.network", "unknown network ''");
    }

    @Test
    void refusesWeightsThatAreNotFinite() {
        byte[] nan = {0, 0, (byte) 0xc0, 0x7f};
        assertUnusable(
                graph(graph -> {
                    TensorProto.Builder weights = graph.getInitializerBuilder(graph.getInitializerCount() - 1);
                    byte[] raw = weights.getRawData().toByteArray();
                    System.arraycopy(nan, 0, raw, 0, 4);
                    weights.setRawData(ByteString.copyFrom(raw));
                }),
                "add up to NaN");
    }

    @Test
    void refusesDataInOtherFiles() {
        assertUnusable(
                graph(graph -> graph.getInitializerBuilder(0)
                        .clearRawData()
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalDataBuilder()
                        .setKey("location")
                        .setValue("/etc/passwd")),
                "tensor 1 differs");
    }

    @Test
    void refusesAnUnknownOptimization() throws Exception {
        ModelProto.Builder model = ModelProto.parseFrom(good).toBuilder();
        model.getMetadataPropsBuilderList().stream()
                .filter(property -> property.getKey().equals(Optimization.KEY))
                .forEach(property -> property.setValue("most"));

        assertUnusable(model.build().toByteArray(), "'most'");
    }

    private static byte[] renamedOutput() {
        return graph(graph -> {
            graph.getOutputBuilder(0).setName("scores");
            graph.getNodeBuilder(graph.getNodeCount() - 1).setOutput(0, "scores");
        });
    }

    private static byte[] inputType(TensorProto.DataType type) {
        return graph(graph ->
                graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(type.getNumber()));
    }

    private static byte[] inputDimension(int dimension, int value) {
        return graph(graph -> graph.getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(dimension)
                .setDimValue(value));
    }

    private static byte[] graph(Consumer<GraphProto.Builder> change) {
        try {
            ModelProto.Builder model = ModelProto.parseFrom(good).toBuilder();
            change.accept(model.getGraphBuilder());
            return model.build().toByteArray();
        } catch (org.nd4j.shade.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertUnusable(byte[] onnx, String... reasons) {
        assertThatThrownBy(() -> OnnxScorer.load(onnx).close())
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContainingAll(reasons);
    }
}
