package io.inkstream.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.SampleDigits;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.NetworkState;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxScorerTest {
    private static final int TESTED = 1000;
    private static final SampleDigits DIGITS = SampleDigits.first(2000);

    /** Of every network after 1,000 digits of training. */
    private static final Map<Networks, NetworkState> STATES = new EnumMap<>(Networks.class);

    /** What DL4J says about the 1,000 digits after those. */
    private static final Map<Networks, float[]> EXPECTED = new EnumMap<>(Networks.class);

    @BeforeAll
    static void train() {
        for (Networks network : Networks.values()) {
            try (DigitNetwork trained = DigitNetwork.create(Networks.recipe(network.label()))) {
                int size = trained.recipe().getBatchSize();
                for (int i = 0; i + size <= 1000; i += size) {
                    trained.train(DIGITS.pixels(i, size), DIGITS.labels(i, size), size);
                }
                STATES.put(network, trained.state());
                EXPECTED.put(network, trained.probabilities(DIGITS.pixels(1000, TESTED), TESTED));
            }
        }
    }

    @Test
    void usageExample() throws UnusableModelException {
        byte[] onnx = OnnxExporter.export(STATES.get(Networks.MLP), Map.of("version", "7"));
        try (OnnxScorer scorer = OnnxScorer.load(onnx)) {
            float[] probabilities = scorer.score(DIGITS.pixels(1000, 2), 2);

            assertThat(probabilities).hasSize(20);
            assertThat(classOf(probabilities, 1)).isEqualTo(classOf(EXPECTED.get(Networks.MLP), 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void scoresLikeTheNetworkThatWasTrained(Networks network) throws UnusableModelException {
        float[] expected = EXPECTED.get(network);
        try (OnnxScorer scorer = load(network)) {
            float[] scored = scorer.score(DIGITS.pixels(1000, TESTED), TESTED);

            double worst = 0;
            for (int i = 0; i < expected.length; i++) {
                worst = Math.max(worst, Math.abs(scored[i] - expected[i]));
            }
            assertThat(worst).isLessThanOrEqualTo(1e-5);
            for (int i = 0; i < TESTED; i++) {
                assertThat(classOf(scored, i)).isEqualTo(classOf(expected, i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyBitIsTheSameWhateverTheBatch(Networks network) throws UnusableModelException {
        try (OnnxScorer scorer = load(network)) {
            float[] all = scorer.score(DIGITS.pixels(1000, TESTED), TESTED);
            for (int batch : new int[] {1, 8, 31, 64}) {
                for (int i = 0; i + batch <= TESTED; i += batch) {
                    assertThat(scorer.score(DIGITS.pixels(1000 + i, batch), batch))
                            .isEqualTo(Arrays.copyOfRange(all, i * 10, (i + batch) * 10));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherScorerOfTheSameModelGivesTheSameBits(Networks network) throws UnusableModelException {
        try (OnnxScorer one = load(network);
                OnnxScorer other = load(network)) {
            assertThat(other.score(DIGITS.pixels(1000, 100), 100)).isEqualTo(one.score(DIGITS.pixels(1000, 100), 100));
        }
    }

    @Test
    void canBeLoadedAndClosedManyTimes() throws UnusableModelException {
        byte[] onnx = OnnxExporter.export(STATES.get(Networks.LENET), Map.of());
        float[] first = null;
        for (int i = 0; i < 200; i++) {
            try (OnnxScorer scorer = OnnxScorer.load(onnx)) {
                float[] scored = scorer.score(DIGITS.pixels(1000, 1), 1);
                first = first == null ? scored : first;
                assertThat(scored).isEqualTo(first);
            }
        }
    }

    @Test
    void closeWaitsForARunAndRefusesLaterOnes() throws UnusableModelException {
        for (int attempt = 0; attempt < 20; attempt++) {
            OnnxScorer scorer = load(Networks.MLP);
            byte[] pixels = DIGITS.pixels(1000, TESTED);
            List<CompletableFuture<Void>> scoring = List.of(untilClosed(scorer, pixels), untilClosed(scorer, pixels));
            scorer.score(pixels, TESTED);
            scorer.close();
            scorer.close();

            assertThat(scoring)
                    .allSatisfy(future -> assertThatThrownBy(future::join)
                            .hasRootCauseInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("closed"));
        }
    }

    @Test
    void refusesImagesThatAreNotThere() throws UnusableModelException {
        try (OnnxScorer scorer = load(Networks.MLP)) {
            assertThatThrownBy(() -> scorer.score(new byte[784 * 2 - 1], 2)).hasMessageContaining("2 images");
            assertThatThrownBy(() -> scorer.score(new byte[784], -1)).hasMessageContaining("-1 images");
            assertThat(scorer.score(new byte[0], 0)).isEmpty();
        }
    }

    private static CompletableFuture<Void> untilClosed(OnnxScorer scorer, byte[] pixels) {
        return CompletableFuture.runAsync(() -> {
            while (true) {
                scorer.score(pixels, TESTED);
            }
        });
    }

    private static OnnxScorer load(Networks network) throws UnusableModelException {
        return OnnxScorer.load(OnnxExporter.export(STATES.get(network), Map.of()));
    }

    private static int classOf(float[] probabilities, int image) {
        int best = 0;
        for (int digit = 1; digit < 10; digit++) {
            best = probabilities[image * 10 + digit] > probabilities[image * 10 + best] ? digit : best;
        }
        return best;
    }
}
