package io.inkstream.models.onnx;

import com.google.protobuf.ByteString;
import io.inkstream.models.network.NetworkStates;
import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.NetworkState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Made {@code golden/model-<network>-1.onnx.gz}: the {@code model.onnx} of the first release, for networks whose parameters
 * are all 0, so that the files are small. Later releases serve them; they are not made again.
 */
final class GoldenModels {
    private GoldenModels() {}

    static byte[] model(String network) {
        int bytes = Networks.named(network).parameters() * Float.BYTES;
        NetworkState state = NetworkState.newBuilder()
                .setFormat(NetworkStates.FORMAT)
                .setRecipe(Networks.recipe(network).toBuilder().clearAveraging())
                .setParameters(ByteString.copyFrom(new byte[bytes]))
                .setUpdater(ByteString.copyFrom(new byte[2 * bytes]))
                .build();
        return OnnxExporter.export(state, Map.of("inkstream.version", "1"));
    }

    static String file(String network) {
        return "model-%s-1.onnx.gz".formatted(network);
    }

    /** Writes the files into the folder that is the argument. */
    public static void main(String[] args) throws IOException {
        for (String network : Networks.names()) {
            try (OutputStream out =
                    new GZIPOutputStream(Files.newOutputStream(Path.of(args[0]).resolve(file(network))))) {
                out.write(model(network));
            }
        }
    }
}
