package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import org.junit.jupiter.api.Test;

class NetworkStatesTest {
    private static final NetworkState GOOD = state("mlp");

    @Test
    void usageExample() {
        assertThat(NetworkStates.check(GOOD)).isEqualTo(Networks.MLP);
    }

    @Test
    void refusesAFormatOfTheFuture() {
        assertRefused(GOOD.toBuilder().setFormat(2), "format 2", "use the release that wrote it");
    }

    @Test
    void refusesParametersOfAnotherSize() {
        assertRefused(GOOD.toBuilder().setParameters(ByteString.copyFrom(new byte[8])), "parameters of mlp: 8 bytes");
        assertRefused(GOOD.toBuilder().setAveraged(ByteString.copyFrom(new byte[12])), "average of mlp: 12 bytes");
        assertRefused(GOOD.toBuilder().clearAveraged(), "average of mlp: 0 bytes");
        assertRefused(recipe(recipe().setAveraging(0)), "average of mlp", "where the network has 0");
        assertRefused(GOOD.toBuilder().setUpdater(GOOD.getUpdater().substring(4)), "updater of mlp", "damaged");
    }

    @Test
    void refusesAnIterationThatCannotBeCounted() {
        assertRefused(GOOD.toBuilder().setIteration(1L << 31), "iteration 2147483648");
        assertRefused(GOOD.toBuilder().setIteration(-1), "iteration 18446744073709551615");
    }

    @Test
    void refusesARecipeThatCannotBeTrained() {
        assertRefused(recipe(recipe().setNetwork("resnet")), "unknown network 'resnet'", "lenet, cnn, mlp");
        assertRefused(recipe(recipe().setBatchSize(0)), "batch size 0", "from 1 to 1024");
        assertRefused(recipe(recipe().setBatchSize(-1)), "batch size 4294967295");
        assertRefused(recipe(recipe().setLearningRate(0)), "learning rate 0.0");
        assertRefused(recipe(recipe().setLearningRate(Double.NaN)), "learning rate NaN");
        assertRefused(recipe(recipe().setAveraging(1)), "averaging 1.0", "below 1, or 0 for none");
        assertRefused(recipe(recipe().setAveraging(-0.1)), "averaging -0.1");
        assertRefused(recipe(recipe().setAveraging(Double.NaN)), "averaging NaN");
    }

    @Test
    void theNetworksHaveTheirKnownSizes() {
        assertThat(Networks.LENET.parameters()).isEqualTo(431_080);
        assertThat(Networks.CNN.parameters()).isEqualTo(34_826);
        assertThat(Networks.MLP.parameters()).isEqualTo(203_530);
        for (String name : Networks.names()) {
            try (DigitNetwork network = DigitNetwork.create(Networks.recipe(name))) {
                assertThat(network.net().numParams())
                        .isEqualTo(Networks.named(name).parameters());
                assertThat(NetworkStates.check(network.state())).isEqualTo(Networks.named(name));
            }
        }
    }

    private static TrainingRecipe.Builder recipe() {
        return GOOD.getRecipe().toBuilder();
    }

    private static NetworkState.Builder recipe(TrainingRecipe.Builder recipe) {
        return GOOD.toBuilder().setRecipe(recipe);
    }

    private static NetworkState state(String name) {
        int parameters = Networks.named(name).parameters();
        return NetworkState.newBuilder()
                .setFormat(NetworkStates.FORMAT)
                .setRecipe(Networks.recipe(name))
                .setParameters(ByteString.copyFrom(new byte[parameters * 4]))
                .setUpdater(ByteString.copyFrom(new byte[parameters * 8]))
                .setAveraged(ByteString.copyFrom(new byte[parameters * 4]))
                .build();
    }

    private static void assertRefused(NetworkState.Builder state, String... parts) {
        assertThatThrownBy(() -> DigitNetwork.restore(state.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(parts);
    }
}
