package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.inkstream.models.SampleDigits;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovingAverageTest {
    private static final SampleDigits DIGITS = SampleDigits.first(640);

    @Test
    void usageExample() {
        try (DigitNetwork network = create(0.4)) {
            double[] expected = doubles(network.state().getParameters());
            for (int t = 1; t <= 8; t++) {
                train(network, t - 1);
                // Up to t = 4 the warm-up is below the decay.
                double decay = Math.min(0.4, (1.0 + t) / (10.0 + t));
                double[] parameters = doubles(network.state().getParameters());
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = decay * expected[i] + (1 - decay) * parameters[i];
                }
                assertThat(doubles(network.state().getAveraged())).containsExactly(expected, within(1e-6));
            }
            assertThat(network.state().getAveraged())
                    .isNotEqualTo(network.state().getParameters());
        }
    }

    @Test
    void trainingGoesOnAsIfThereWereNoAverage() {
        try (DigitNetwork averaged = create(0.9);
                DigitNetwork raw = create(0)) {
            for (int t = 0; t < 6; t++) {
                assertThat(train(averaged, t)).isEqualTo(train(raw, t));
                averaged.probabilities(DIGITS.pixels(600, 10), 10);
            }

            NetworkState expected = raw.state();
            assertThat(averaged.state().toBuilder()
                            .setRecipe(expected.getRecipe())
                            .clearAveraged()
                            .build())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4, 0.99})
    void goesOnFromAnyStepBitForBit(double decay) throws Exception {
        try (DigitNetwork undisturbed = create(decay)) {
            for (int t = 0; t < 7; t++) {
                NetworkState state = NetworkState.parseFrom(undisturbed.state().toByteArray());
                train(undisturbed, t);
                try (DigitNetwork restored = DigitNetwork.restore(state)) {
                    assertThat(restored.state()).isEqualTo(state);
                    train(restored, t);
                    assertThat(restored.state()).isEqualTo(undisturbed.state());
                }
            }
        }
    }

    @Test
    void whatIsPublishedIsTheAverage() {
        try (DigitNetwork averaged = create(0.9)) {
            for (int t = 0; t < 6; t++) {
                train(averaged, t);
            }
            NetworkState state = averaged.state();
            NetworkState published = raw(state, state.getAveraged());
            try (DigitNetwork expected = DigitNetwork.restore(published)) {
                assertThat(averaged.probabilities(DIGITS.pixels(600, 40), 40))
                        .isEqualTo(expected.probabilities(DIGITS.pixels(600, 40), 40));
            }

            assertThat(averaged.state()).isEqualTo(state);
            assertThat(OnnxExporter.export(state, Map.of())).isEqualTo(OnnxExporter.export(published, Map.of()));
            assertThat(OnnxExporter.export(state, Map.of()))
                    .isNotEqualTo(OnnxExporter.export(raw(state, state.getParameters()), Map.of()));
        }
    }

    @Test
    void withoutAveragingTheParametersArePublished() {
        try (DigitNetwork network = create(0)) {
            train(network, 0);

            assertThat(network.state().getAveraged()).isEmpty();
            assertThat(NetworkStates.published(network.state()))
                    .isEqualTo(network.state().getParameters());
        }
    }

    private static DigitNetwork create(double averaging) {
        return DigitNetwork.create(recipe(averaging));
    }

    private static TrainingRecipe recipe(double averaging) {
        return Networks.recipe("cnn").toBuilder().setAveraging(averaging).build();
    }

    /** A state without averaging that has these parameters. */
    private static NetworkState raw(NetworkState state, ByteString parameters) {
        return state.toBuilder()
                .setRecipe(recipe(0))
                .setParameters(parameters)
                .clearAveraged()
                .build();
    }

    private static Step train(DigitNetwork network, int t) {
        int size = network.recipe().getBatchSize();
        return network.train(DIGITS.pixels(t * size, size), DIGITS.labels(t * size, size), size);
    }

    private static double[] doubles(ByteString bytes) {
        float[] floats = Floats.toFloats(bytes);
        double[] doubles = new double[floats.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }
}
