package io.inkstream.operators.serialization;

import com.google.protobuf.Message;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.util.InstantiationUtil;

/**
 * Remembers in a savepoint which message class its state holds. Newer and older forms of the same message read each
 * other by protobuf's rules; where that is not enough, the message's own {@code format} field says so.
 *
 * @param <T> the message class
 */
public final class ProtobufSerializerSnapshot<T extends Message> implements TypeSerializerSnapshot<T> {

    private static final int VERSION = 1;

    private Class<T> type;

    /** For Flink, which reads the class from the savepoint afterwards. */
    public ProtobufSerializerSnapshot() {}

    ProtobufSerializerSnapshot(Class<T> type) {
        this.type = type;
    }

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeUTF(type.getName());
    }

    @Override
    @SuppressWarnings(
            "unchecked") // resolved as a message class, and compared with the state's in resolveSchemaCompatibility
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader classLoader) throws IOException {
        if (readVersion > VERSION) {
            throw new IOException(
                    "state was written by a newer release of Inkstream (serializer version %d, this one reads up to %d)"
                            .formatted(readVersion, VERSION));
        }
        type = (Class<T>) InstantiationUtil.resolveClassByName(in, classLoader, Message.class);
    }

    @Override
    public TypeSerializer<T> restoreSerializer() {
        return new ProtobufSerializer<>(type);
    }

    @Override
    public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(TypeSerializerSnapshot<T> old) {
        return old instanceof ProtobufSerializerSnapshot<T> snapshot && snapshot.type == type
                ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                : TypeSerializerSchemaCompatibility.incompatible();
    }
}
