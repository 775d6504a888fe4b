package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Floats;
import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StockNetworkTest {
    private static final int STEPS = 8;

    /** What is compared in speed must be the same work; with oneDNN on in both, it is the same to the last bit. */
    @ParameterizedTest
    @ValueSource(strings = {"lenet", "cnn", "mlp"})
    void trainsToTheSameBitsAsOurs(String network) {
        TrainingRecipe recipe = Networks.recipe(network);
        int batch = recipe.getBatchSize();
        Random random = new Random(7);
        byte[] pixels = new byte[batch * Digits.PIXELS];
        byte[] digits = new byte[batch];
        try (DigitNetwork ours = DigitNetwork.create(recipe)) {
            StockNetwork stock = new StockNetwork(recipe);
            for (int step = 0; step < STEPS; step++) {
                fill(random, pixels, digits);
                ours.train(pixels, digits, batch);
                stock.fit(pixels, digits, batch);
            }
            ByteString parameters = ours.state().getParameters();
            assertThat(stock.parameters()).isEqualTo(Floats.toFloats(parameters));
        }
    }

    /** Strokes on black, with areas of equal pixels as digits have them. */
    private static void fill(Random random, byte[] pixels, byte[] digits) {
        for (int i = 0; i < digits.length; i++) {
            digits[i] = (byte) random.nextInt(10);
            for (int at = 0; at < Digits.PIXELS; at++) {
                boolean ink = (at / 28 + digits[i]) % 7 == 3 || at % 28 == 2 * digits[i] + 4;
                pixels[i * Digits.PIXELS + at] = (byte) (ink ? 128 + random.nextInt(128) : 0);
            }
        }
    }
}
