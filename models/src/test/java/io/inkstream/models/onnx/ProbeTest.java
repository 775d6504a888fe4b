package io.inkstream.models.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.SampleDigits;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private static final int IMAGES = 32;

    private static byte[] pixels;
    private static float[] trained;
    private static OnnxScorer scorer;

    @BeforeAll
    static void train() throws UnusableModelException {
        SampleDigits digits = SampleDigits.first(400);
        pixels = digits.pixels(300, IMAGES);
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("cnn"))) {
            network.train(digits.pixels(0, 32), digits.labels(0, 32), 32);
            trained = network.probabilities(pixels, IMAGES);
            scorer = OnnxScorer.load(OnnxExporter.export(network.state(), Map.of()));
        }
    }

    @AfterAll
    static void close() {
        scorer.close();
    }

    @Test
    void usageExample() throws UnusableModelException {
        byte[] file = Probe.of(pixels, trained);

        Probe.read(file).check(scorer);
    }

    @Test
    void oneProbabilityThatDiffersIsNamed() throws UnusableModelException {
        float[] other = trained.clone();
        other[25] += 2e-4f;
        Probe probe = Probe.read(Probe.of(pixels, other));

        assertThatThrownBy(() -> probe.check(scorer))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("image 2 of the probe")
                .hasMessageContaining("digit 5");
    }

    @Test
    void whatIsNotANumberDiffersFromEverything() throws UnusableModelException {
        float[] other = trained.clone();
        other[0] = Float.NaN;
        Probe probe = Probe.read(Probe.of(pixels, other));

        assertThatThrownBy(() -> probe.check(scorer)).isInstanceOf(UnusableModelException.class);
    }

    @Test
    void aFileThatIsNoProbeIsRefused() {
        byte[] good = Probe.of(pixels, trained);
        for (byte[] bad :
                new byte[][] {{}, {1, 2, 3}, Arrays.copyOf(good, good.length - 5), new byte[Probe.MAX_BYTES + 1]}) {
            assertThatThrownBy(() -> Probe.read(bad)).isInstanceOf(UnusableModelException.class);
        }
    }

    @Test
    void pixelsAndProbabilitiesHaveToMatch() {
        assertThatThrownBy(() -> Probe.of(pixels, new float[10])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Probe.of(new byte[0], new float[0])).isInstanceOf(IllegalArgumentException.class);
    }
}
