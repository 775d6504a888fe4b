package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.models.SampleDigits;
import io.inkstream.schemas.v1.NetworkState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class GoldenNetworkStateTest {
    private static final int HIDDEN = 256;
    private static final SampleDigits DIGITS = SampleDigits.first(16);

    @Test
    void theFirstReleasesTrainingStateIsGoneOnFrom() throws IOException {
        NetworkState golden = golden();

        assertThat(golden).isEqualTo(GoldenNetworkState.state());
        try (DigitNetwork network = DigitNetwork.restore(golden)) {
            assertThat(network.state()).isEqualTo(golden);
            network.train(DIGITS.pixels(0, 16), DIGITS.labels(0, 16), 16);
            assertThat(network.iteration()).isEqualTo(78);
        }
    }

    @Test
    void itsParametersMeanWhatTheyMeantThen() throws IOException {
        byte[] digit = DIGITS.pixels(0, 1);
        double[] expected = probabilities(golden(), digit);
        try (DigitNetwork network = DigitNetwork.restore(golden())) {
            float[] actual = network.probabilities(digit, 1);

            assertThat(java.util.Arrays.stream(expected).max().orElseThrow()).isGreaterThan(0.11);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    /** The network written out once more, so that this test does not ask the code that it tests. */
    private static double[] probabilities(NetworkState state, byte[] digit) {
        FloatBuffer parameters = state.getParameters()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        double[] pixels = new double[digit.length];
        for (int i = 0; i < digit.length; i++) {
            pixels[i] = (digit[i] & 0xFF) / 255.0;
        }
        double[] hidden = dense(parameters, 0, pixels, HIDDEN);
        for (int i = 0; i < HIDDEN; i++) {
            hidden[i] = Math.max(0, hidden[i]);
        }
        double[] outputs = dense(parameters, HIDDEN * (digit.length + 1), hidden, 10);
        double largest = java.util.Arrays.stream(outputs).max().orElseThrow();
        double sum = 0;
        for (int i = 0; i < 10; i++) {
            outputs[i] = Math.exp(outputs[i] - largest);
            sum += outputs[i];
        }
        for (int i = 0; i < 10; i++) {
            outputs[i] /= sum;
        }
        return outputs;
    }

    private static double[] dense(FloatBuffer parameters, int at, double[] in, int out) {
        double[] result = new double[out];
        for (int o = 0; o < out; o++) {
            result[o] = parameters.get(at + out * in.length + o);
            for (int i = 0; i < in.length; i++) {
                result[o] += in[i] * parameters.get(at + o * in.length + i);
            }
        }
        return result;
    }

    private static NetworkState golden() throws IOException {
        try (InputStream file = GoldenNetworkStateTest.class.getResourceAsStream("/golden/network-state-1.pb.gz");
                InputStream in = new GZIPInputStream(file)) {
            return NetworkState.parseFrom(in);
        }
    }
}
