package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.models.SampleDigits;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DigitNetworkTest {
    private static final SampleDigits DIGITS = SampleDigits.first(1000);

    static List<String> names() {
        return Networks.names();
    }

    @Test
    void usageExample() {
        TrainingRecipe recipe = Networks.recipe("mlp");
        int size = recipe.getBatchSize();
        try (DigitNetwork network = DigitNetwork.create(recipe)) {
            Step first = network.train(DIGITS.pixels(0, size), DIGITS.labels(0, size), size);
            for (int i = size; i + size <= 900; i += size) {
                network.train(DIGITS.pixels(i, size), DIGITS.labels(i, size), size);
            }
            Step last = network.train(DIGITS.pixels(900, size), DIGITS.labels(900, size), size);

            assertThat(first.samples()).isEqualTo(size);
            assertThat(last.correct()).isGreaterThan(first.correct());
            assertThat(last.lossSum()).isLessThan(first.lossSum() / 2);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theSameSeedGivesTheSameBits(String name) {
        try (DigitNetwork one = create(name);
                DigitNetwork other = create(name);
                DigitNetwork seededOtherwise = DigitNetwork.create(
                        Networks.recipe(name).toBuilder().setSeed(2).build())) {
            train(one, 0, 5);
            train(other, 0, 5);
            train(seededOtherwise, 0, 5);

            assertThat(one.state()).isEqualTo(other.state());
            assertThat(one.state().getParameters())
                    .isNotEqualTo(seededOtherwise.state().getParameters());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void goesOnFromAStateAsIfNothingHadHappened(String name) throws Exception {
        try (DigitNetwork undisturbed = create(name);
                DigitNetwork interrupted = create(name)) {
            train(undisturbed, 0, 10);
            train(interrupted, 0, 5);

            NetworkState state = NetworkState.parseFrom(interrupted.state().toByteArray());
            try (DigitNetwork restored = DigitNetwork.restore(state)) {
                assertThat(restored.state()).isEqualTo(state);
                train(restored, 5, 10);

                assertThat(restored.state()).isEqualTo(undisturbed.state());
                assertThat(restored.iteration()).isEqualTo(10);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aStateIsNotChangedByTrainingOn(String name) {
        try (DigitNetwork network = create(name)) {
            train(network, 0, 1);
            NetworkState state = network.state();
            byte[] before = state.toByteArray();
            train(network, 1, 2);

            assertThat(state.toByteArray()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void judgesSamplesAsItSawThemBeforeTraining(String name) {
        try (DigitNetwork network = createWithoutAverage(name)) {
            train(network, 0, 3);
            int size = network.recipe().getBatchSize();
            byte[] labels = DIGITS.labels(500, size);
            float[] before = network.probabilities(DIGITS.pixels(500, size), size);
            Step step = network.train(DIGITS.pixels(500, size), labels, size);

            assertThat(network.prequentialProbabilities()).isEqualTo(before);
            assertThat(step.correct()).isEqualTo(correct(before, labels));
            // DL4J's own mean loss of the same forward pass, in single precision.
            assertThat(step.lossSum() / size).isCloseTo(network.net().score(), within(1e-5));
            assertThat(network.probabilities(DIGITS.pixels(500, size), size)).isNotEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theLastMiniBatchMayBeSmaller(String name) {
        try (DigitNetwork network = createWithoutAverage(name)) {
            train(network, 0, 2);
            byte[] labels = DIGITS.labels(500, 5);
            float[] before = network.probabilities(DIGITS.pixels(500, 5), 5);
            Step step = network.train(DIGITS.pixels(500, 5), labels, 5);

            assertThat(step.samples()).isEqualTo(5);
            assertThat(step.correct()).isEqualTo(correct(before, labels));
            assertThat(network.prequentialProbabilities()).isEqualTo(before);
            assertThat(network.iteration()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void mayMoveFromThreadToThread(String name) {
        try (DigitNetwork settled = create(name);
                DigitNetwork moving = create(name)) {
            train(settled, 0, 4);
            for (int i = 0; i < 4; i++) {
                int step = i;
                CompletableFuture.runAsync(() -> train(moving, step, step + 1), task -> {
                            Thread thread = new Thread(task);
                            thread.start();
                        })
                        .join();
            }

            assertThat(moving.state()).isEqualTo(settled.state());
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void oneDnnIsOnForEveryConvolution() {
        for (String name : List.of("lenet", "cnn")) {
            try (DigitNetwork network = create(name)) {
                train(network, 0, 1);
                assertThat(network.net().getLayers())
                        .filteredOn(layer -> layer instanceof ConvolutionLayer)
                        .hasSize(2)
                        .allSatisfy(layer -> assertThat(layer.getHelper()).isNotNull());
            }
        }
    }

    @Test
    void refusesWhatIsNotAMiniBatch() {
        try (DigitNetwork network = create("mlp")) {
            int size = network.recipe().getBatchSize();
            NetworkState before = network.state();

            assertThatThrownBy(() -> network.train(new byte[784 * (size + 1)], new byte[size + 1], size + 1))
                    .hasMessageContaining("mini-batch of " + size);
            assertThatThrownBy(() -> network.train(new byte[784], new byte[1], 0))
                    .hasMessageContaining("0 images");
            assertThatThrownBy(() -> network.train(new byte[783], new byte[1], 1))
                    .hasMessageContaining("783 bytes");
            assertThatThrownBy(() -> network.train(new byte[784], new byte[0], 1))
                    .hasMessageContaining("0 labels");
            assertThatThrownBy(() -> network.train(new byte[784], new byte[] {10}, 1))
                    .hasMessageContaining("label 10 of sample 0");
            assertThatThrownBy(() -> network.train(new byte[784], new byte[] {-1}, 1))
                    .hasMessageContaining("label -1");
            assertThat(network.state()).isEqualTo(before);
        }
    }

    private static DigitNetwork create(String name) {
        return DigitNetwork.create(Networks.recipe(name));
    }

    /** So that what is published is what was trained. */
    private static DigitNetwork createWithoutAverage(String name) {
        return DigitNetwork.create(
                Networks.recipe(name).toBuilder().setAveraging(0).build());
    }

    /** The mini-batches [from, to), always the same for the same network. */
    private static void train(DigitNetwork network, int from, int to) {
        int size = network.recipe().getBatchSize();
        for (int i = from; i < to; i++) {
            network.train(DIGITS.pixels(i * size, size), DIGITS.labels(i * size, size), size);
        }
    }

    private static int correct(float[] probabilities, byte[] labels) {
        int correct = 0;
        for (int i = 0; i < labels.length; i++) {
            float[] row = Arrays.copyOfRange(probabilities, i * 10, i * 10 + 10);
            int best = 0;
            for (int digit = 1; digit < 10; digit++) {
                best = row[digit] > row[best] ? digit : best;
            }
            correct += best == labels[i] ? 1 : 0;
        }
        return correct;
    }
}
