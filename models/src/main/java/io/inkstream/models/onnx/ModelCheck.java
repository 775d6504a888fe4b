package io.inkstream.models.onnx;

import io.inkstream.models.network.Networks;
import java.util.List;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Tells a model that can be served from bytes that cannot.
 *
 * <p>ONNX Runtime does what a graph says, and a small file can say a lot: tensors without end, loops, other files to read.
 * So no graph reaches it but those that the exporter writes, in which nothing but the weights may differ.
 */
final class ModelCheck {
    /** Twice the largest network here. Parsed, bytes that somebody chose for it take twenty times as many in the heap. */
    static final int MAX_BYTES = 4 << 20;

    private ModelCheck() {}

    /** Parses what must not reach the native reader unseen. */
    static ModelProto parse(byte[] onnx) throws UnusableModelException {
        if (onnx.length == 0 || onnx.length > MAX_BYTES) {
            throw new UnusableModelException(onnx.length + " bytes: a model has at least one and at most " + MAX_BYTES);
        }
        ModelProto model;
        try {
            model = ModelProto.parseFrom(onnx);
        } catch (InvalidProtocolBufferException e) {
            throw new UnusableModelException("not an ONNX model, or a damaged one: " + e.getMessage(), e);
        }
        requireKnown(model);
        return model;
    }

    private static void requireKnown(ModelProto model) throws UnusableModelException {
        Networks network;
        try {
            network = Networks.named(metadata(model, OnnxExporter.NETWORK_KEY, ""));
        } catch (IllegalArgumentException e) {
            throw new UnusableModelException("metadata %s: %s".formatted(OnnxExporter.NETWORK_KEY, e.getMessage()), e);
        }
        ModelProto known = withoutWeights(OnnxExporter.blank(network));
        ModelProto found = withoutWeights(model);
        if (!found.equals(known)) {
            throw new UnusableModelException(
                    "not the graph of %s as this release writes it, but for the weights; %s: served is only what Inkstream itself has published"
                            .formatted(network.label(), difference(found, known)));
        }
    }

    /** Of each weight tensor nothing is left but its name, type and shape, and how many bytes it has. */
    private static ModelProto withoutWeights(ModelProto model) {
        ModelProto.Builder rest = model.toBuilder().clearMetadataProps();
        for (TensorProto.Builder constant : rest.getGraphBuilder().getInitializerBuilderList()) {
            boolean isWeights =
                    constant.getDataType() == TensorProto.DataType.FLOAT_VALUE && constant.getDimsCount() > 0;
            if (isWeights) {
                String size = constant.getRawData().size() + " bytes";
                constant.setRawData(ByteString.copyFromUtf8(size));
            }
        }
        return rest.build();
    }

    private static String difference(ModelProto found, ModelProto known) {
        GraphProto there = found.getGraph();
        GraphProto expected = known.getGraph();
        if (!there.getInputList().equals(expected.getInputList())) {
            return "the inputs differ";
        }
        if (!there.getOutputList().equals(expected.getOutputList())) {
            return "the outputs differ";
        }
        if (!there.getNodeList().equals(expected.getNodeList())) {
            return "operator %d differs".formatted(firstDifference(there.getNodeList(), expected.getNodeList()));
        }
        if (!there.getInitializerList().equals(expected.getInitializerList())) {
            return "tensor %d differs"
                    .formatted(firstDifference(there.getInitializerList(), expected.getInitializerList()));
        }
        return "there is something beside it";
    }

    /** Counted from 1. */
    private static int firstDifference(List<?> found, List<?> known) {
        int same = 0;
        while (same < Math.min(found.size(), known.size()) && found.get(same).equals(known.get(same))) {
            same++;
        }
        return same + 1;
    }

    /** The value of a metadata property, or the given one where there is none. */
    static String metadata(ModelProto model, String key, String otherwise) {
        for (StringStringEntryProto property : model.getMetadataPropsList()) {
            if (property.getKey().equals(key)) {
                return property.getValue();
            }
        }
        return otherwise;
    }

    /** Ten probabilities that are none, or that do not add up, are no answer. */
    static void checkProbabilities(float[] probabilities) throws UnusableModelException {
        double sum = 0;
        for (float probability : probabilities) {
            sum += probability;
        }
        // A NaN fails this too.
        if (!(Math.abs(sum - 1) < 1e-3)) {
            throw new UnusableModelException("the probabilities of a plain image add up to " + sum + ", not to 1");
        }
    }
}
