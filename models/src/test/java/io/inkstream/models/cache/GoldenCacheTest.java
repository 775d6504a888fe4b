package io.inkstream.models.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.inkstream.models.onnx.Probe;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the files that the first release with a cache leaves behind; they were written from the schema, field by field. */
class GoldenCacheTest {
    @TempDir
    Path folder;

    @Test
    void theFirstReleasesPointerIsReadAndWrittenTheSame() throws IOException {
        ModelCache cache = ModelCache.open(folder);
        Path file = folder.resolve("live").resolve("digits.pb");
        Files.write(file, golden("cached-live-1.pb"));

        assertThat(cache.live("digits")).hasValue(live());
        Files.delete(file);
        cache.rememberLive("digits", live());
        assertThat(file).hasBinaryContent(golden("cached-live-1.pb"));
    }

    @Test
    void theFirstReleasesProbeIsReadAndWrittenTheSame() throws Exception {
        byte[] pixels = new byte[784];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        float[] probabilities = {0.25f, 0.125f, 0.0625f, 0.0625f, 0.125f, 0.125f, 0.0625f, 0.0625f, 0.0625f, 0.0625f};

        assertThat(Probe.of(pixels, probabilities)).isEqualTo(golden("probe-1.pb"));
        assertThat(Probe.read(golden("probe-1.pb"))).isNotNull();
    }

    private static LiveVersion live() {
        return LiveVersion.newBuilder()
                .setPointer(LivePointer.newBuilder()
                        .setFormat(1)
                        .setVersion(7)
                        .setSince(Timestamp.newBuilder().setSeconds(1_750_000_000))
                        .setMove(9))
                .setVersion(ModelVersion.newBuilder()
                        .setFormat(1)
                        .setModel("digits")
                        .setVersion(7)
                        .setState(VersionState.LIVE)
                        .setOnnx(Artifact.newBuilder()
                                .setName("model.onnx")
                                .setBytes(814_120)
                                .setSha256("0123456789abcdef".repeat(4))))
                .build();
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenCacheTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        }
    }
}
