package io.inkstream.models.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.inkstream.models.network.DigitNetwork;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** Tells a model that can be served from bytes that cannot, before and after ONNX Runtime has read them. */
final class ModelCheck {
    /** Forty times the largest network here. */
    static final int MAX_BYTES = 64 << 20;

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
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            refuseExternal(tensor);
        }
        for (NodeProto node : model.getGraph().getNodeList()) {
            for (AttributeProto attribute : node.getAttributeList()) {
                refuseExternal(attribute.getT());
                if (attribute.hasG() || attribute.getGraphsCount() > 0) {
                    throw new UnusableModelException(
                            "operator " + node.getOpType() + " has a graph of its own; only plain graphs are served");
                }
            }
        }
        return model;
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

    static void checkSignature(OrtSession session) throws OrtException, UnusableModelException {
        check(
                "input",
                session.getInputInfo(),
                Signature.INPUT,
                OnnxJavaType.UINT8,
                DigitNetwork.SIDE,
                DigitNetwork.SIDE);
        check("output", session.getOutputInfo(), Signature.OUTPUT, OnnxJavaType.FLOAT, DigitNetwork.CLASSES);
    }

    /** Ten probabilities that are none, or that do not add up, are no answer. */
    static void checkProbabilities(float[] probabilities) throws UnusableModelException {
        double sum = 0;
        for (float probability : probabilities) {
            sum += probability;
        }
        // A NaN fails this too.
        if (!(Math.abs(sum - 1) < 1e-3)) {
            throw new UnusableModelException("the probabilities of a blank image add up to " + sum + ", not to 1");
        }
    }

    private static void check(
            String what, Map<String, NodeInfo> all, String name, OnnxJavaType type, long... dimensions)
            throws UnusableModelException {
        if (all.size() != 1 || !all.containsKey(name)) {
            throw new UnusableModelException(what + "s are " + all.keySet() + " instead of one named " + name);
        }
        if (!(all.get(name).getInfo() instanceof TensorInfo tensor)
                || tensor.type != type
                || !hasShape(tensor.getShape(), dimensions)) {
            throw new UnusableModelException("%s %s is %s instead of %s with the dimensions n, %s"
                    .formatted(what, name, all.get(name).getInfo(), type, java.util.Arrays.toString(dimensions)));
        }
    }

    private static boolean hasShape(long[] shape, long[] afterBatch) {
        return shape.length == 1 + afterBatch.length
                && shape[0] == -1
                && java.util.Arrays.equals(shape, 1, shape.length, afterBatch, 0, afterBatch.length);
    }

    private static void refuseExternal(TensorProto tensor) throws UnusableModelException {
        if (tensor.getExternalDataCount() > 0 || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw new UnusableModelException(
                    "tensor " + tensor.getName() + " keeps its data in another file; a model must be one file");
        }
    }
}
