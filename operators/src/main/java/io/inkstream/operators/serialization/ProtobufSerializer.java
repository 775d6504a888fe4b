package io.inkstream.operators.serialization;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Carries a protobuf message through Flink's networks and states: its length, then its bytes.
 *
 * @param <T> the generated message class; immutable, so that copies are free
 */
public final class ProtobufSerializer<T extends Message> extends TypeSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private transient T prototype;

    public ProtobufSerializer(Class<T> type) {
        this.type = type;
    }

    Class<T> type() {
        return type;
    }

    private T prototype() {
        if (prototype == null) {
            prototype = com.google.protobuf.Internal.getDefaultInstance(type);
        }
        return prototype;
    }

    @Override
    public void serialize(T message, DataOutputView target) throws IOException {
        byte[] bytes = message.toByteArray();
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    @Override
    public T deserialize(DataInputView source) throws IOException {
        byte[] bytes = new byte[source.readInt()];
        source.readFully(bytes);
        return parse(bytes);
    }

    @SuppressWarnings("unchecked") // the parser of T's default instance makes Ts
    private T parse(byte[] bytes) throws InvalidProtocolBufferException {
        // The array is ours alone: byte fields may point into it instead of being copied out.
        var input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        input.enableAliasing(true);
        return (T) prototype().getParserForType().parseFrom(input);
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        byte[] bytes = new byte[source.readInt()];
        source.readFully(bytes);
        target.writeInt(bytes.length);
        // Not write(source, length), for which Flink's DataOutputSerializer does not grow its buffer.
        target.write(bytes);
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public TypeSerializer<T> duplicate() {
        return this;
    }

    @Override
    public T createInstance() {
        return prototype();
    }

    @Override
    public T copy(T from) {
        return from;
    }

    @Override
    public T copy(T from, T reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProtobufSerializer<?> that && that.type == type;
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<T> snapshotConfiguration() {
        return new ProtobufSerializerSnapshot<>(type);
    }
}
