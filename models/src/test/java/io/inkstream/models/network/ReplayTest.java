package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.inkstream.models.SampleDigits;
import io.inkstream.schemas.v1.ImageReservoir;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final SampleDigits DIGITS = SampleDigits.first(3000);
    private static final TrainingRecipe RECIPE =
            Networks.recipe("mlp").toBuilder().setReplay(200).setReplayed(24).build();

    @Test
    void usageExample() {
        TrainingRecipe forgetful =
                RECIPE.toBuilder().clearReplay().clearReplayed().build();
        try (DigitNetwork remembering =
                        DigitNetwork.create(RECIPE.toBuilder().setReplayed(60).build());
                DigitNetwork forgetting = DigitNetwork.create(forgetful)) {
            trainSorted(remembering);
            trainSorted(forgetting);

            // After 200 images of each digit, one digit after the other.
            assertThat(accuracy(forgetting)).isLessThan(0.5);
            assertThat(accuracy(remembering)).isGreaterThan(0.7);
        }
    }

    @Test
    void goesOnFromAnyStepBitForBit() throws Exception {
        try (DigitNetwork undisturbed = DigitNetwork.create(RECIPE)) {
            for (int t = 0; t < 12; t++) {
                NetworkState state = NetworkState.parseFrom(undisturbed.state().toByteArray());
                train(undisturbed, t);
                try (DigitNetwork restored = DigitNetwork.restore(state)) {
                    assertThat(restored.state()).isEqualTo(state);
                    train(restored, t);
                    assertThat(restored.state()).isEqualTo(undisturbed.state());
                }
            }
            assertThat(undisturbed.state().getReplay().getLabels().size()).isBetween(150, 200);
        }
    }

    @Test
    void judgesTheNewSamplesAlone() {
        try (DigitNetwork network = DigitNetwork.create(withoutAverage())) {
            train(network, 0);
            float[] before = network.probabilities(DIGITS.pixels(500, 7), 7);
            Step step = network.train(DIGITS.pixels(500, 7), DIGITS.labels(500, 7), 7);

            assertThat(step.samples()).isEqualTo(7);
            float[] judged = network.prequentialProbabilities();
            assertThat(judged).hasSize(10 * (7 + 24));
            // Of 31 images rather than of 7, the sums are rounded otherwise.
            assertThat(Arrays.copyOf(judged, before.length)).containsExactly(before, within(1e-6f));
        }
    }

    @Test
    void theFirstMiniBatchHasNothingToReplay() {
        try (DigitNetwork network = DigitNetwork.create(RECIPE);
                DigitNetwork without = DigitNetwork.create(
                        RECIPE.toBuilder().clearReplay().clearReplayed().build())) {
            assertThat(train(network, 0)).isEqualTo(train(without, 0));
            assertThat(network.state().getParameters())
                    .isEqualTo(without.state().getParameters());
            train(network, 1);
            train(without, 1);
            assertThat(network.state().getParameters())
                    .isNotEqualTo(without.state().getParameters());
            assertThat(without.state().hasReplay()).isFalse();
        }
    }

    @Test
    void drawsEveryDigitThatIsKeptAlike() {
        Replay replay = new Replay(RECIPE.toBuilder().setReplayed(1000).build());
        byte[] pixels = new byte[1001 * DigitNetwork.PIXELS];
        byte[] labels = new byte[1001];
        assertThat(replay.draw(0, pixels, labels, 1)).isEqualTo(1);
        for (int i = 0; i < 50; i++) {
            replay.offer(new byte[DigitNetwork.PIXELS], new byte[] {(byte) (i == 7 ? 2 : 4)}, 1);
        }

        assertThat(replay.draw(0, pixels, labels, 1)).isEqualTo(1001);
        byte[] again = new byte[1001];
        replay.draw(0, pixels, again, 1);
        assertThat(again).isEqualTo(labels);
        replay.draw(1, pixels, again, 1);
        assertThat(again).isNotEqualTo(labels);
        int twos = 0;
        for (int i = 1; i < labels.length; i++) {
            twos += labels[i] == 2 ? 1 : 0;
        }
        assertThat(twos).isEqualTo(500);
    }

    @Test
    void evensOutWhatTheNewSamplesShow() {
        Replay replay = new Replay(RECIPE);
        replay.offer(new byte[3 * DigitNetwork.PIXELS], new byte[] {2, 4, 9}, 3);
        byte[] labels = new byte[36];
        Arrays.fill(labels, 0, 10, (byte) 4);
        labels[10] = 9;
        labels[11] = 7;

        assertThat(replay.draw(3, new byte[36 * DigitNetwork.PIXELS], labels, 12))
                .isEqualTo(36);
        assertThat(IntStream.range(0, 10)
                        .mapToObj(digit -> IntStream.range(0, 36)
                                .filter(i -> labels[i] == digit)
                                .count())
                        .toList())
                .satisfies(counts -> {
                    assertThat(counts.get(2) + counts.get(4) + counts.get(9)).isEqualTo(35);
                    assertThat(counts.get(2)).isBetween(11L, 12L);
                    assertThat(counts.get(4)).isBetween(11L, 12L);
                    assertThat(counts.get(7)).isEqualTo(1);
                });
    }

    @Test
    void refusesARecipeThatMakesNoSense() {
        assertRefused(RECIPE.toBuilder().setReplayed(0), "replay 200 with 0 replayed", "set both");
        assertRefused(RECIPE.toBuilder().setReplay(0), "replay 0 with 24 replayed");
        assertRefused(RECIPE.toBuilder().setReplay(9), "replay 9", "from 10 to 100000", "or 0 for none");
        assertRefused(RECIPE.toBuilder().setReplay(100_001), "replay 100001");
        assertRefused(RECIPE.toBuilder().setReplay(-1), "replay 4294967295");
        assertRefused(RECIPE.toBuilder().setReplayed(1025), "replayed 1025", "at most 1024");
        assertRefused(RECIPE.toBuilder().setReplayed(-1), "replayed 4294967295");
    }

    @Test
    void refusesAReservoirThatDoesNotFit() {
        try (DigitNetwork network = DigitNetwork.create(RECIPE)) {
            train(network, 0);
            NetworkState state = network.state();
            NetworkState.Builder smaller =
                    state.toBuilder().setRecipe(RECIPE.toBuilder().setReplay(10));
            assertThatThrownBy(() -> DigitNetwork.restore(smaller.build())).hasMessageContaining("room for 1");
            NetworkState.Builder none =
                    state.toBuilder().setRecipe(RECIPE.toBuilder().clearReplay().clearReplayed());
            assertThatThrownBy(() -> DigitNetwork.restore(none.build())).hasMessageContaining("room for 0");
            NetworkState.Builder damaged = state.toBuilder()
                    .setReplay(ImageReservoir.newBuilder().setPixels(ByteString.copyFrom(new byte[1])));
            assertThatThrownBy(() -> NetworkStates.check(damaged.build()))
                    .hasMessageContaining("0 images with 1 bytes");
        }
    }

    private static void assertRefused(TrainingRecipe.Builder recipe, String... parts) {
        assertThatThrownBy(() -> DigitNetwork.create(recipe.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(parts);
    }

    private static TrainingRecipe withoutAverage() {
        return RECIPE.toBuilder().setAveraging(0).build();
    }

    private static Step train(DigitNetwork network, int t) {
        int size = network.recipe().getBatchSize();
        return network.train(DIGITS.pixels(t * size, size), DIGITS.labels(t * size, size), size);
    }

    /** The first 200 of each digit, all 0s, then all 1s and so on, in mini-batches of 20. */
    private static void trainSorted(DigitNetwork network) {
        byte[] labels = DIGITS.labels(0, 2500);
        byte[] pixels = new byte[20 * DigitNetwork.PIXELS];
        byte[] same = new byte[20];
        for (int digit = 0; digit < 10; digit++) {
            Arrays.fill(same, (byte) digit);
            int found = 0;
            for (int i = 0; i < labels.length && found < 200; i++) {
                if (labels[i] == digit) {
                    System.arraycopy(
                            DIGITS.pixels(i, 1), 0, pixels, found % 20 * DigitNetwork.PIXELS, DigitNetwork.PIXELS);
                    if (++found % 20 == 0) {
                        network.train(pixels, same, 20);
                    }
                }
            }
        }
    }

    private static double accuracy(DigitNetwork network) {
        float[] probabilities = network.probabilities(DIGITS.pixels(2500, 500), 500);
        byte[] labels = DIGITS.labels(2500, 500);
        int correct = 0;
        for (int i = 0; i < labels.length; i++) {
            int best = 0;
            for (int digit = 1; digit < 10; digit++) {
                best = probabilities[i * 10 + digit] > probabilities[i * 10 + best] ? digit : best;
            }
            correct += best == labels[i] ? 1 : 0;
        }
        return correct / 500.0;
    }
}
