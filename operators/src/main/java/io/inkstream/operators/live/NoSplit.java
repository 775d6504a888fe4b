package io.inkstream.operators.live;

import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The split of a source that has nothing to split; there are none of it. */
final class NoSplit implements SourceSplit {

    private NoSplit() {}

    @Override
    public String splitId() {
        throw new AssertionError("there are no splits");
    }

    /** Writes and reads nothing: neither splits nor an enumerator's state exist. */
    static <T> SimpleVersionedSerializer<T> serializer() {
        return new SimpleVersionedSerializer<>() {
            @Override
            public int getVersion() {
                return 1;
            }

            @Override
            public byte[] serialize(T nothing) {
                return new byte[0];
            }

            @Override
            public T deserialize(int version, byte[] serialized) {
                return null;
            }
        };
    }
}
