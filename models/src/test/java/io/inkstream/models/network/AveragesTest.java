package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.inkstream.models.SampleDigits;
import io.inkstream.schemas.v1.HandedOn;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.List;
import org.junit.jupiter.api.Test;

class AveragesTest {
    private static final SampleDigits DIGITS = SampleDigits.first(1000);
    private static final TrainingRecipe RECIPE =
            Networks.recipe("mlp").toBuilder().setReplay(100).setReplayed(8).build();

    @Test
    void usageExample() {
        try (DigitNetwork one = DigitNetwork.create(RECIPE);
                DigitNetwork other = DigitNetwork.create(RECIPE)) {
            train(one, 0, 3);
            train(other, 3, 4);
            List<NetworkState> states = List.of(one.state(), other.state());
            HandedOn handedOn = handedOn(other);
            // Trains on while the average is made.
            train(other, 4, 6);
            NetworkState before = other.state();

            NetworkState average = Averages.of(states, List.of(96L, 32L));
            other.continueFrom(handedOn, average);

            assertMoved(
                    before.getParameters(),
                    handedOn.getParameters(),
                    average.getParameters(),
                    other.state().getParameters());
            assertMoved(
                    before.getAveraged(),
                    handedOn.getAveraged(),
                    average.getAveraged(),
                    other.state().getAveraged());
            assertThat(other.state().toBuilder()
                            .setParameters(before.getParameters())
                            .setAveraged(before.getAveraged())
                            .build())
                    .isEqualTo(before);
        }
    }

    @Test
    void theMeanIsWeighted() {
        NetworkState one = trained(0, 3);
        NetworkState other = trained(3, 4);

        NetworkState average = Averages.of(List.of(one, other), List.of(96L, 32L));

        assertMean(one.getParameters(), other.getParameters(), average.getParameters());
        assertMean(one.getUpdater(), other.getUpdater(), average.getUpdater());
        assertMean(one.getAveraged(), other.getAveraged(), average.getAveraged());
        assertThat(average.getIteration()).isEqualTo(3);
        assertThat(average.getRecipe()).isEqualTo(RECIPE);
        assertThat(average.getReplay().getOfferedList().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(128);
        assertThat(Averages.of(List.of(one, other), List.of(96L, 32L))).isEqualTo(average);
        DigitNetwork.restore(average).close();
    }

    @Test
    void aSingleStateIsReturnedAsItIs() {
        NetworkState state = trained(0, 3);
        assertThat(Averages.of(List.of(state), List.of(7L)).toByteString()).isEqualTo(state.toByteString());
    }

    @Test
    void whoTrainedOnNothingDoesNotDiluteTheMean() {
        NetworkState one = trained(0, 3);
        NetworkState idle = trained(3, 4);
        NetworkState average = Averages.of(List.of(idle, one), List.of(0L, 5L));

        assertThat(average.getParameters()).isEqualTo(one.getParameters());
        assertThat(average.getUpdater()).isEqualTo(one.getUpdater());
        assertThat(average.getAveraged()).isEqualTo(one.getAveraged());
    }

    @Test
    void continuingFromOnesOwnPartChangesNoBit() {
        try (DigitNetwork network = DigitNetwork.create(RECIPE)) {
            train(network, 0, 2);
            HandedOn handedOn = handedOn(network);
            NetworkState published = network.state();
            train(network, 2, 4);
            NetworkState before = network.state();
            network.continueFrom(handedOn, published);

            assertThat(network.state()).isEqualTo(before);
        }
    }

    @Test
    void refusesWhatDoesNotBelongTogether() {
        NetworkState state = trained(0, 1);
        NetworkState seeded =
                state.toBuilder().setRecipe(RECIPE.toBuilder().setSeed(9)).build();
        assertThatThrownBy(() -> Averages.of(List.of(), List.of())).hasMessageContaining("0 states");
        assertThatThrownBy(() -> Averages.of(List.of(state), List.of())).hasMessageContaining("1 states with 0");
        assertThatThrownBy(() -> Averages.of(List.of(state, state), List.of(0L, 0L)))
                .hasMessageContaining("[0, 0]");
        assertThatThrownBy(() -> Averages.of(List.of(state, state), List.of(2L, -1L)))
                .hasMessageContaining("[2, -1]");
        assertThatThrownBy(() -> Averages.of(List.of(state, seeded), List.of(1L, 1L)))
                .hasMessageContaining("different recipes");
        try (DigitNetwork network = DigitNetwork.create(RECIPE)) {
            HandedOn handedOn = handedOn(network);
            NetworkState before = network.state();
            assertThatThrownBy(() -> network.continueFrom(handedOn, seeded)).hasMessageContaining("cannot continue");
            assertThatThrownBy(() -> network.continueFrom(
                            handedOn.toBuilder().clearAveraged().build(), state))
                    .hasMessageContaining("average handed on of mlp: 0 bytes");
            assertThat(network.state()).isEqualTo(before);
        }
    }

    private static NetworkState trained(int from, int to) {
        try (DigitNetwork network = DigitNetwork.create(RECIPE)) {
            train(network, from, to);
            return network.state();
        }
    }

    private static HandedOn handedOn(DigitNetwork network) {
        return HandedOn.newBuilder()
                .setCheckpointId(1)
                .setParameters(network.state().getParameters())
                .setAveraged(network.state().getAveraged())
                .build();
    }

    private static void train(DigitNetwork network, int from, int to) {
        int size = network.recipe().getBatchSize();
        for (int t = from; t < to; t++) {
            network.train(DIGITS.pixels(t * size, size), DIGITS.labels(t * size, size), size);
        }
    }

    private static void assertMean(ByteString ones, ByteString others, ByteString means) {
        float[] one = Floats.toFloats(ones);
        float[] other = Floats.toFloats(others);
        float[] mean = Floats.toFloats(means);
        assertThat(mean).hasSameSizeAs(one);
        for (int i = 0; i < mean.length; i++) {
            assertThat(mean[i]).isEqualTo((float) (0.75 * one[i] + 0.25 * other[i]));
        }
    }

    private static void assertMoved(ByteString before, ByteString handedOn, ByteString average, ByteString after) {
        float[] old = Floats.toFloats(before);
        float[] from = Floats.toFloats(handedOn);
        float[] to = Floats.toFloats(average);
        float[] now = Floats.toFloats(after);
        assertThat(now).isNotEqualTo(old);
        for (int i = 0; i < now.length; i++) {
            assertThat(now[i]).isCloseTo(old[i] + to[i] - from[i], within(1e-6f));
        }
    }
}
