package io.inkstream.models.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Moves floats between native arrays and Java in one go; ND4J's own accessors check and convert each element. */
public final class Floats {
    private Floats() {}

    /** The elements of a contiguous array, in the order of its memory. */
    static float[] get(INDArray array) {
        float[] floats = new float[Math.toIntExact(array.length())];
        get(array, floats);
        return floats;
    }

    /** The first elements of a contiguous array, as many as there is room for. */
    static void get(INDArray array, float[] floats) {
        if (floats.length > array.length()) {
            throw new IllegalArgumentException(floats.length + " floats from an array of " + array.length());
        }
        try {
            pointer(array).get(floats);
        } finally {
            Reference.reachabilityFence(array);
        }
    }

    /** Overwrites the first elements of a contiguous array. */
    static void put(float[] floats, INDArray array) {
        if (floats.length > array.length()) {
            throw new IllegalArgumentException(floats.length + " floats into an array of " + array.length());
        }
        try {
            pointer(array).put(floats);
        } finally {
            Reference.reachabilityFence(array);
        }
    }

    static ByteString toBytes(float[] floats) {
        byte[] bytes = new byte[floats.length * Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(floats);
        // Nobody else has the array.
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    public static float[] toFloats(ByteString bytes) {
        float[] floats = new float[bytes.size() / Float.BYTES];
        bytes.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(floats);
        return floats;
    }

    /** Moves each float by what {@code to} has more than {@code from}; where they are equal, no bit changes. */
    static void shift(float[] floats, ByteString from, ByteString to) {
        float[] old = toFloats(from);
        float[] wanted = toFloats(to);
        for (int i = 0; i < floats.length; i++) {
            float difference = wanted[i] - old[i];
            if (difference != 0) {
                floats[i] += difference;
            }
        }
    }

    /**
     * Points at the first element of this view, which need not be the first of its buffer. For as long as the array is
     * reachable: ND4J frees the memory of one that is not.
     */
    private static FloatPointer pointer(INDArray array) {
        return new FloatPointer(array.data().addressPointer());
    }
}
