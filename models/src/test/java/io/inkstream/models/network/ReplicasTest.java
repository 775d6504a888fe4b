package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.SampleDigits;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicasTest {
    private static final SampleDigits DIGITS = SampleDigits.first(2000);

    static List<String> names() {
        return Networks.names();
    }

    @Test
    void usageExample() {
        try (DigitNetwork alone = DigitNetwork.create(recipe("cnn", 1));
                DigitNetwork together = DigitNetwork.create(recipe("cnn", 2))) {
            double lossAlone = 0;
            double lossTogether = 0;
            for (int t = 0; t < 30; t++) {
                lossAlone += train(alone, t).lossSum();
                lossTogether += train(together, t).lossSum();
            }
            // Nothing but the rounding of sums differs.
            assertThat(lossTogether).isCloseTo(lossAlone, within(0.01 * lossAlone));
            assertThat(together.state().getParameters())
                    .isNotEqualTo(alone.state().getParameters());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void oneReplicaGivesTheBitsOfDl4jsOwnFit(String name) {
        TrainingRecipe recipe = recipe(name, 1);
        MultiLayerNetwork theirs = new MultiLayerNetwork(Configuration.of(recipe));
        try (DigitNetwork ours = DigitNetwork.create(recipe);
                MiniBatch batch = new MiniBatch(recipe.getBatchSize(), name.equals("mlp"))) {
            theirs.init();
            for (int t = 0; t < 5; t++) {
                train(ours, t);
                theirs.fit(batch.features(DIGITS.pixels(t * 32, 32), 0), batch.labels(DIGITS.labels(t * 32, 32), 0));
            }
            NetworkState state = ours.state();
            assertThat(state.getParameters()).isEqualTo(Floats.toBytes(Floats.get(theirs.params())));
            assertThat(state.getUpdater())
                    .isEqualTo(Floats.toBytes(Floats.get(theirs.getUpdater().getStateViewArray())));
            assertThat(state.getIteration()).isEqualTo(theirs.getIterationCount());
        } finally {
            theirs.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void repeatsBitForBitAlsoFromAState(int replicas) throws Exception {
        TrainingRecipe recipe = recipe("lenet", replicas).toBuilder()
                .setReplay(100)
                .setReplayed(9)
                .build();
        try (DigitNetwork one = DigitNetwork.create(recipe);
                DigitNetwork other = DigitNetwork.create(recipe)) {
            for (int t = 0; t < 6; t++) {
                assertThat(train(one, t)).isEqualTo(train(other, t));
            }
            NetworkState state = NetworkState.parseFrom(one.state().toByteArray());
            assertThat(other.state()).isEqualTo(state);
            try (DigitNetwork restored = DigitNetwork.restore(state)) {
                for (int t = 6; t < 9; t++) {
                    assertThat(train(restored, t)).isEqualTo(train(one, t));
                }
                assertThat(restored.state()).isEqualTo(one.state());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7})
    void theLastMiniBatchMayBeSmallerThanTheReplicasAreMany(int n) {
        try (DigitNetwork alone = DigitNetwork.create(recipe("mlp", 1));
                DigitNetwork many = DigitNetwork.create(recipe("mlp", 5))) {
            Step expected = alone.train(DIGITS.pixels(0, n), DIGITS.labels(0, n), n);
            Step step = many.train(DIGITS.pixels(0, n), DIGITS.labels(0, n), n);

            assertThat(step.samples()).isEqualTo(n);
            assertThat(step.correct()).isEqualTo(expected.correct());
            assertThat(step.lossSum()).isCloseTo(expected.lossSum(), within(1e-4));
            // Adam's first step is the rate whatever the gradient: its moments tell more than the parameters.
            float[] moments = Floats.toFloats(many.state().getUpdater());
            float[] expectedMoments = Floats.toFloats(alone.state().getUpdater());
            double largest = 0;
            for (int i = 0; i < moments.length; i++) {
                largest = Math.max(largest, Math.abs(moments[i] - expectedMoments[i]));
            }
            assertThat(largest).isLessThan(1e-6);
        }
    }

    @Test
    void judgesEverySampleAsOneReplicaDoes() {
        try (DigitNetwork alone = DigitNetwork.create(recipe("cnn", 1));
                DigitNetwork many = DigitNetwork.create(recipe("cnn", 3))) {
            train(alone, 0);
            train(many, 0);

            assertThat(many.prequentialProbabilities())
                    .containsExactly(alone.prequentialProbabilities(), within(1e-5f));
        }
    }

    @Test
    void aFailureInAnyThreadReachesTheCallerAndChangesNothing() {
        TrainingRecipe recipe = recipe("mlp", 2);
        MultiLayerNetwork net = new MultiLayerNetwork(Configuration.of(recipe));
        net.init();
        try (Replicas replicas = new Replicas(net, recipe)) {
            byte[] labels = DIGITS.labels(0, 32);
            replicas.step(DIGITS.pixels(0, 32), labels, 32);
            float[] before = Floats.get(net.params());
            byte[] second = labels.clone();
            second[31] = 99;
            byte[] first = labels.clone();
            first[0] = -1;

            assertThatThrownBy(() -> replicas.step(DIGITS.pixels(0, 32), second, 32))
                    .hasMessageContaining("a replica failed")
                    .hasCauseInstanceOf(ArrayIndexOutOfBoundsException.class);
            assertThatThrownBy(() -> replicas.step(DIGITS.pixels(0, 32), first, 32))
                    .isInstanceOf(ArrayIndexOutOfBoundsException.class);
            assertThat(Floats.get(net.params())).isEqualTo(before);
            assertThat(replicas.step(DIGITS.pixels(0, 32), labels, 32)).hasSize(320);
            assertThat(Floats.get(net.params())).isNotEqualTo(before);
        } finally {
            net.close();
        }
    }

    @Test
    void itsThreadsEndWithIt() {
        try (DigitNetwork network = DigitNetwork.create(recipe("mlp", 3))) {
            train(network, 0);
            assertThat(threads()).isEqualTo(2);
            train(network, 1);
            assertThat(threads()).isEqualTo(2);
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(threads()).isZero());
    }

    @Test
    void refusesMoreReplicasThanThereAreCoresAnywhere() {
        for (int replicas : new int[] {65, -1}) {
            assertThatThrownBy(() -> DigitNetwork.create(recipe("mlp", replicas)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("replicas " + Integer.toUnsignedString(replicas))
                    .hasMessageContaining("from 1 to 64");
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("inkstream-replica-"))
                .count();
    }

    private static TrainingRecipe recipe(String name, int replicas) {
        return Networks.recipe(name).toBuilder().setReplicas(replicas).build();
    }

    private static Step train(DigitNetwork network, int t) {
        int size = network.recipe().getBatchSize();
        return network.train(DIGITS.pixels(t * size, size), DIGITS.labels(t * size, size), size);
    }
}
