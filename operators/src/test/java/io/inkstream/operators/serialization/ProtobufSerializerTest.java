package io.inkstream.operators.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.SourceState;
import java.io.EOFException;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** Flink's own tests of a serializer, and what they do not ask. */
class ProtobufSerializerTest extends SerializerTestBase<Sample> {
    private static final Sample SAMPLE = Sample.newBuilder()
            .setTopic("digits.training")
            .setPartition(3)
            .setOffset(Long.MAX_VALUE)
            .setPixels(ByteString.copyFrom(new byte[784]))
            .setLabel(9)
            .build();

    @Override
    protected TypeSerializer<Sample> createSerializer() {
        return new ProtobufSerializer<>(Sample.class);
    }

    @Override
    protected int getLength() {
        return -1;
    }

    @Override
    protected Class<Sample> getTypeClass() {
        return Sample.class;
    }

    @Override
    protected Sample[] getTestData() {
        return new Sample[] {
            Sample.getDefaultInstance(),
            SAMPLE,
            SAMPLE.toBuilder().clearPixels().build()
        };
    }

    @Test
    void copiesWithoutParsing() throws IOException {
        DataOutputSerializer first = new DataOutputSerializer(16);
        createSerializer().serialize(SAMPLE, first);
        createSerializer().serialize(Sample.getDefaultInstance(), first);
        DataInputDeserializer in = new DataInputDeserializer(first.getCopyOfBuffer());
        DataOutputSerializer second = new DataOutputSerializer(16);

        createSerializer().copy(in, second);
        createSerializer().copy(in, second);

        assertThat(in.available()).isZero();
        assertThat(second.getCopyOfBuffer()).isEqualTo(first.getCopyOfBuffer());
    }

    @Test
    void aMessageThatWasReadOutlivesTheBufferItWasReadFrom() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(16);
        createSerializer().serialize(SAMPLE, out);
        byte[] buffer = out.getCopyOfBuffer();
        Sample read = createSerializer().deserialize(new DataInputDeserializer(buffer));

        java.util.Arrays.fill(buffer, (byte) 0xAA);

        assertThat(read).isEqualTo(SAMPLE);
    }

    @Test
    void stateThatEndsTooEarlyIsRefused() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(16);
        createSerializer().serialize(SAMPLE, out);
        byte[] whole = out.getCopyOfBuffer();
        DataInputDeserializer cut = new DataInputDeserializer(whole, 0, whole.length - 1);

        assertThatThrownBy(() -> createSerializer().deserialize(cut)).isInstanceOf(EOFException.class);
    }

    @Test
    void aSnapshotIsCompatibleWithTheSameMessageOnly() throws Exception {
        TypeSerializerSnapshot<Sample> restored = writeAndRead(1);

        assertThat(restored.restoreSerializer()).isEqualTo(createSerializer());
        assertThat(createSerializer()
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(restored)
                        .isCompatibleAsIs())
                .isTrue();
        assertThat(ofAnotherMessage().resolveSchemaCompatibility(restored).isIncompatible())
                .isTrue();
    }

    @SuppressWarnings("unchecked") // as Flink does when it finds another serializer's snapshot in a savepoint
    private static TypeSerializerSnapshot<Sample> ofAnotherMessage() {
        return (TypeSerializerSnapshot<Sample>)
                (TypeSerializerSnapshot<?>) new ProtobufSerializer<>(OffsetRange.class).snapshotConfiguration();
    }

    @Test
    void aSnapshotOfANewerReleaseIsRefused() {
        assertThatThrownBy(() -> writeAndRead(2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer release of Inkstream");
    }

    private TypeSerializerSnapshot<Sample> writeAndRead(int version) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(16);
        createSerializer().snapshotConfiguration().writeSnapshot(out);
        TypeSerializerSnapshot<Sample> read = new ProtobufSerializerSnapshot<>();
        read.readSnapshot(
                version,
                new DataInputDeserializer(out.getCopyOfBuffer()),
                getClass().getClassLoader());
        return read;
    }

    @Test
    void aSnapshotThatNamesAnotherKindOfClassIsRefused() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(16);
        out.writeUTF("java.lang.Runtime");

        assertThatThrownBy(() -> new ProtobufSerializerSnapshot<Sample>()
                        .readSnapshot(
                                1,
                                new DataInputDeserializer(out.getCopyOfBuffer()),
                                getClass().getClassLoader()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theTypeTravelsAndKnowsItsEquals() throws Exception {
        ProtobufTypeInfo<Sample> type = ProtobufTypeInfo.forMessage(Sample.class);

        assertThat(InstantiationUtil.clone(type)).isEqualTo(type).hasSameHashCodeAs(type);
        assertThat(type)
                .isNotEqualTo(ProtobufTypeInfo.forMessage(SourceState.class))
                .hasToString("Protobuf<Sample>");
        assertThat(type.isKeyType()).isFalse();
    }
}
