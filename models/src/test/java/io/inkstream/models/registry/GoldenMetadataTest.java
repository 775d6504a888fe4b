package io.inkstream.models.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class GoldenMetadataTest {
    @Test
    void theFirstReleasesVersionIsRead() throws IOException {
        String json = golden("model-version-1.json");

        assertThat(MetadataJson.version("golden", json)).isEqualTo(GoldenMetadata.version());
        assertThat(MetadataJson.write(GoldenMetadata.version())).isEqualTo(json);
    }

    @Test
    void theFirstReleasesLivePointerIsRead() throws IOException {
        String json = golden("live-pointer-1.json");

        assertThat(MetadataJson.live("golden", json)).isEqualTo(GoldenMetadata.live());
        assertThat(MetadataJson.write(GoldenMetadata.live())).isEqualTo(json);
    }

    private static String golden(String file) throws IOException {
        try (InputStream in = GoldenMetadataTest.class.getResourceAsStream("/golden/" + file)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
