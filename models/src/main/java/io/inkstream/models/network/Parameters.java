package io.inkstream.models.network;

import com.google.protobuf.ByteString;

/** Arithmetic on parameters as {@code NetworkState} holds them. */
public final class Parameters {
    private Parameters() {}

    /** {@code parameters + (to - from)}; all three of the same size. */
    public static ByteString move(ByteString parameters, ByteString from, ByteString to) {
        float[] moved = Floats.toFloats(parameters);
        Floats.shift(moved, from, to);
        return Floats.toBytes(moved);
    }
}
