package io.inkstream.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * How far the parameters that two versions publish are apart.
 *
 * @param parameters how many each has
 * @param distance the Euclidean norm of their difference
 * @param norm the Euclidean norm of those of the first
 */
record ParameterDistance(long parameters, double distance, double norm) {

    /**
     * Reads both from HDFS, with their SHA-256 checked.
     *
     * @throws IOException if they cannot be read, are not what was published, or are of different networks
     */
    static ParameterDistance between(ModelVersion a, ModelVersion b) throws IOException {
        return between(published(a), published(b));
    }

    /** @param a little-endian floats */
    static ParameterDistance between(ByteString a, ByteString b) throws IOException {
        if (a.size() != b.size()) {
            throw new IOException("the networks are of different size: %d and %d parameters"
                    .formatted(a.size() / Float.BYTES, b.size() / Float.BYTES));
        }
        FloatBuffer first = floats(a);
        FloatBuffer second = floats(b);
        double distance = 0;
        double norm = 0;
        for (int i = 0; i < first.limit(); i++) {
            double difference = (double) second.get(i) - first.get(i);
            distance += difference * difference;
            norm += (double) first.get(i) * first.get(i);
        }
        return new ParameterDistance(first.limit(), Math.sqrt(distance), Math.sqrt(norm));
    }

    /** The moving average, where the recipe has one. */
    private static ByteString published(ModelVersion version) throws IOException {
        try {
            NetworkState state =
                    NetworkState.parseFrom(PublishedFile.training(version).content());
            return state.getAveraged().isEmpty() ? state.getParameters() : state.getAveraged();
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("training.pb of version %d is none".formatted(version.getVersion()), e);
        }
    }

    private static FloatBuffer floats(ByteString bytes) {
        return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
