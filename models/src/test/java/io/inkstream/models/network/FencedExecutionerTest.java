package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.SampleDigits;
import io.inkstream.models.nd4j.FencedExecutioner;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastAddOp;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

class FencedExecutionerTest {
    private static final SampleDigits DIGITS = SampleDigits.first(32);

    /** What is lost shows as soon as the JVM has compiled the code: while interpreted, it keeps everything. */
    @Test
    void keepsTheArrayOfABroadcastThatNd4jLoses() throws Exception {
        Natives.prepare();
        try (NativeCalls stock = new NativeCalls(new NativeOpExecutioner());
                NativeCalls fenced = new NativeCalls(new FencedExecutioner())) {
            await().atMost(Duration.ofMinutes(1)).pollDelay(Duration.ZERO).untilAsserted(() -> {
                add(fenced);
                assertThatThrownBy(() -> add(stock)).hasMessage("nothing keeps argument 11 of execBroadcast");
            });
            add(fenced);

            assertThat(fenced.made()).containsExactly("execBroadcast");
        }
    }

    @Test
    void trainingLosesNoArrayInAnyNativeCall() throws Exception {
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("mlp"));
                NativeCalls calls = new NativeCalls((NativeOpExecutioner) Nd4j.getExecutioner())) {
            train(network, 300);
            calls.collectGarbage(true);
            train(network, 1);

            assertThat(calls.made()).contains("execBroadcast");
        }
    }

    /** Often enough to be compiled, and once with garbage collected. */
    private static void add(NativeCalls calls) {
        try (INDArray rows = Nd4j.ones(4, 16);
                INDArray row = Nd4j.ones(1, 16)) {
            for (int i = 0; i < 500; i++) {
                calls.executioner().exec(new BroadcastAddOp(rows, row, rows, 1));
            }
            calls.collectGarbage(true);
            calls.executioner().exec(new BroadcastAddOp(rows, row, rows, 1));
        } finally {
            calls.collectGarbage(false);
        }
    }

    private static void train(DigitNetwork network, int miniBatches) {
        for (int i = 0; i < miniBatches; i++) {
            network.train(DIGITS.pixels(0, 32), DIGITS.labels(0, 32), 32);
        }
    }
}
