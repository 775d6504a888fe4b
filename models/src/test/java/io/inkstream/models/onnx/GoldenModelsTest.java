package io.inkstream.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.network.DigitNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scorers refuse every graph that they do not know: what the first release has published must stay one that they do. */
class GoldenModelsTest {

    @ParameterizedTest
    @ValueSource(strings = {"lenet", "cnn", "mlp"})
    void theFirstReleasesModelsAreServed(String network) throws Exception {
        byte[] golden = golden(network);

        try (OnnxScorer scorer = OnnxScorer.load(golden)) {
            assertThat(scorer.score(new byte[DigitNetwork.PIXELS], 1)).containsOnly(0.1f);
        }
    }

    /** A verified version is exported again, and its SHA-256 compared. */
    @ParameterizedTest
    @ValueSource(strings = {"lenet", "cnn", "mlp"})
    void theyAreStillWrittenTheSame(String network) throws Exception {
        assertThat(GoldenModels.model(network)).isEqualTo(golden(network));
    }

    private static byte[] golden(String network) throws IOException {
        try (InputStream file = GoldenModelsTest.class.getResourceAsStream("/golden/" + GoldenModels.file(network));
                InputStream in = new GZIPInputStream(file)) {
            return in.readAllBytes();
        }
    }
}
