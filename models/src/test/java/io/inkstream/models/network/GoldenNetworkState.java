package io.inkstream.models.network;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.NetworkState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Made {@code golden/network-state-1.pb.gz}: the {@code training.pb} of the first release, for a network whose parameters
 * repeat, so that the file is small. Later releases go on from this file; it is not made again.
 */
final class GoldenNetworkState {
    private GoldenNetworkState() {}

    static NetworkState state() {
        Networks mlp = Networks.named("mlp");
        return NetworkState.newBuilder()
                .setFormat(1)
                .setRecipe(Networks.recipe("mlp").toBuilder()
                        .clearAveraging()
                        .setSeed(5)
                        .setBatchSize(16)
                        .setLearningRate(0.002))
                .setParameters(repeating(mlp.parameters(), -504, 5_000))
                // Adam's second moments must not be negative.
                .setUpdater(repeating(2 * mlp.parameters(), 0, 1_000_000))
                .setIteration(77)
                .build();
    }

    private static ByteString repeating(int n, int from, float divisor) {
        ByteBuffer bytes = ByteBuffer.allocate(n * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            bytes.putFloat((i * 13 % 1009 + from) / divisor);
        }
        return ByteString.copyFrom(bytes.array());
    }

    /** Writes the file into the folder that is the argument. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]).resolve("network-state-1.pb.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            state().writeTo(out);
        }
    }
}
