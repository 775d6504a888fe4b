package io.inkstream.models.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    @Test
    void theFirstRolloutsMessagesAreRead() throws IOException {
        String candidate = golden("candidate-1.json");
        String move = golden("move-1.json");
        String scorer = golden("scorer-status-1.json");

        assertThat(MetadataJson.candidate("golden", candidate)).isEqualTo(GoldenMetadata.candidate());
        assertThat(MetadataJson.write(GoldenMetadata.candidate())).isEqualTo(candidate);
        assertThat(MetadataJson.move("golden", move)).isEqualTo(GoldenMetadata.move());
        assertThat(MetadataJson.write(GoldenMetadata.move())).isEqualTo(move);
        assertThat(MetadataJson.scorer("golden", scorer)).isEqualTo(GoldenMetadata.scorer());
        assertThat(MetadataJson.write(GoldenMetadata.scorer())).isEqualTo(scorer);
    }

    @Test
    void whoWaitsWhoTrainsAndWhichIsTheNewestAreRead() throws IOException {
        String followed = golden("candidate-followed-1.json");
        String newest = golden("newest-1.json");
        String claim = golden("trainer-claim-1.json");

        assertThat(MetadataJson.candidate("golden", followed)).isEqualTo(GoldenMetadata.followed());
        assertThat(MetadataJson.write(GoldenMetadata.followed())).isEqualTo(followed);
        assertThat(MetadataJson.newest("golden", newest)).isEqualTo(GoldenMetadata.newest());
        assertThat(MetadataJson.write(GoldenMetadata.newest())).isEqualTo(newest);
        assertThat(MetadataJson.claim("golden", claim)).isEqualTo(GoldenMetadata.claim());
        assertThat(MetadataJson.write(GoldenMetadata.claim())).isEqualTo(claim);
    }

    @Test
    void whatRolloutsAddedToVersionsAndThePointerIsRead() throws IOException {
        String version = golden("model-version-rejected-1.json");
        String live = golden("live-pointer-pinned-1.json");

        assertThat(MetadataJson.version("golden", version)).isEqualTo(GoldenMetadata.rejected());
        assertThat(MetadataJson.write(GoldenMetadata.rejected())).isEqualTo(version);
        assertThat(MetadataJson.live("golden", live)).isEqualTo(GoldenMetadata.pinned());
        assertThat(MetadataJson.write(GoldenMetadata.pinned())).isEqualTo(live);
    }

    @Test
    void whatLateLabelsBroughtIsRead() throws IOException {
        String accuracy = golden("accuracy-1.json");
        String candidate = golden("candidate-brake-1.json");
        String move = golden("move-brake-1.json");

        assertThat(MetadataJson.accuracy("golden", accuracy)).isEqualTo(GoldenMetadata.accuracy());
        assertThat(MetadataJson.write(GoldenMetadata.accuracy())).isEqualTo(accuracy);
        assertThat(MetadataJson.candidate("golden", candidate)).isEqualTo(GoldenMetadata.braking());
        assertThat(MetadataJson.write(GoldenMetadata.braking())).isEqualTo(candidate);
        assertThat(MetadataJson.move("golden", move)).isEqualTo(GoldenMetadata.braked());
        assertThat(MetadataJson.write(GoldenMetadata.braked())).isEqualTo(move);
    }

    @Test
    void aDataSetOfTheGatewayIsRead() throws IOException {
        String batch = golden("batch-1.json");

        assertThat(MetadataJson.batch("golden", batch)).isEqualTo(GoldenMetadata.batch());
        assertThat(MetadataJson.write(GoldenMetadata.batch())).isEqualTo(batch);
    }

    @Test
    void aNewerFormatIsRefusedWithTheRemedy() {
        String newer = "{\"format\": 2}";

        for (ThrowingCallable read : List.<ThrowingCallable>of(
                () -> MetadataJson.candidate("/candidate", newer),
                () -> MetadataJson.move("/history/move-1", newer),
                () -> MetadataJson.accuracy("/accuracy/1", newer),
                () -> MetadataJson.newest("/newest", newer),
                () -> MetadataJson.claim("/trainer", newer),
                () -> MetadataJson.batch("/batches/1", newer),
                () -> MetadataJson.scorer("/scorers/job/1", newer))) {
            assertThatThrownBy(read)
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("has format 2, this release reads up to 1: upgrade Inkstream");
        }
    }

    private static String golden(String file) throws IOException {
        try (InputStream in = GoldenMetadataTest.class.getResourceAsStream("/golden/" + file)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
