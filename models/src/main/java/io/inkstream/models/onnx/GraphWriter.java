package io.inkstream.models.onnx;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/** Writes a graph that is a chain: each operator takes the output of the one before. */
final class GraphWriter {
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private String last;

    GraphWriter(String name, String input) {
        graph.setName(name);
        last = input;
    }

    /** Declares what goes in or comes out; a negative dimension is free. */
    static ValueInfoProto value(String name, TensorProto.DataType type, int... dimensions) {
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
        for (int dimension : dimensions) {
            if (dimension < 0) {
                tensor.getShapeBuilder().addDimBuilder().setDimParam(Signature.BATCH);
            } else {
                tensor.getShapeBuilder().addDimBuilder().setDimValue(dimension);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, int first, int second) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(first)
                .addInts(second)
                .build();
    }

    /** Adds an operator on the last output and on constants. Its output bears its name. */
    void then(String operator, String name, String[] constants, AttributeProto... attributes) {
        NodeProto.Builder node = graph.addNodeBuilder()
                .setOpType(operator)
                .setName(name)
                .addInput(last)
                .addOutput(name);
        for (String constant : constants) {
            node.addInput(constant);
        }
        for (AttributeProto attribute : attributes) {
            node.addAttribute(attribute);
        }
        last = name;
    }

    /** Adds an operator on the last output alone. */
    void then(String operator, String name, AttributeProto... attributes) {
        then(operator, name, new String[0], attributes);
    }

    /** Adds a constant of little-endian floats. */
    String floats(String name, ByteString raw, int... dimensions) {
        return constant(name, TensorProto.DataType.FLOAT, raw.asReadOnlyByteBuffer(), dimensions);
    }

    String floats(String name, float value) {
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return constant(name, TensorProto.DataType.FLOAT, raw.putFloat(value).flip());
    }

    String longs(String name, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return constant(name, TensorProto.DataType.INT64, raw, values.length);
    }

    GraphProto build(ValueInfoProto input, ValueInfoProto output) {
        return graph.addInput(input).addOutput(output).build();
    }

    private String constant(String name, TensorProto.DataType type, ByteBuffer raw, int... dimensions) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(UnsafeByteOperations.unsafeWrap(raw));
        for (int dimension : dimensions) {
            tensor.addDims(dimension);
        }
        graph.addInitializer(tensor);
        return name;
    }
}
