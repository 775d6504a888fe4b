package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Floats;
import io.inkstream.models.network.Networks;
import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class AverageFollowerTest {
    private static final String JOB = "0123456789abcdef0123456789abcdef";
    /** What an average differs by from what was handed on, in these tests. */
    private static final float STEP = 0.25f;

    private final AverageFollower follower = new AverageFollower(List.of());

    @Test
    void aTrainerMovesByTheDifferenceAndKeepsWhatItLearnedSince() {
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("mlp"))) {
            NetworkState handedOn = network.state();
            follower.handedOn(7, JOB, handedOn);
            train(network);
            float before = first(network.state().getParameters());

            assertThat(follower.continueFrom(cut(7, JOB), moved(handedOn), network))
                    .isTrue();

            assertThat(first(network.state().getParameters())).isCloseTo(before + STEP, within(1e-6f));
            assertThat(first(network.state().getAveraged()))
                    .isNotCloseTo(first(handedOn.getAveraged()), within(STEP / 2));
            assertThat(follower.snapshot()).isEmpty();
        }
    }

    @Test
    void aMoveIsNotMadeTwiceByTheAverageOfALaterBarrier() {
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("mlp"))) {
            NetworkState first = network.state();
            follower.handedOn(7, JOB, first);
            train(network);
            NetworkState second = network.state();
            follower.handedOn(8, JOB, second);
            follower.continueFrom(cut(7, JOB), moved(first), network);

            // The average of the second barrier is what this trainer is at now: nothing is left to move.
            NetworkState now = network.state();
            follower.continueFrom(cut(8, JOB), now, network);

            assertThat(first(network.state().getParameters())).isCloseTo(first(now.getParameters()), within(1e-6f));
        }
    }

    @Test
    void aVersionOfAnotherJobOrOfABarrierThatIsNotWaitedForMovesNothing() {
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("mlp"))) {
            NetworkState handedOn = network.state();
            follower.handedOn(7, JOB, handedOn);

            assertThat(follower.continueFrom(cut(6, JOB), moved(handedOn), network))
                    .isFalse();
            assertThat(follower.continueFrom(cut(7, "f" + JOB.substring(1)), moved(handedOn), network))
                    .isFalse();
            assertThat(network.state()).isEqualTo(handedOn);
            assertThat(follower.snapshot()).hasSize(1);
        }
    }

    @Test
    void whatWaitsIsBoundedAndSurvivesARestore() {
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("mlp"))) {
            for (int barrier = 1; barrier <= 9; barrier++) {
                follower.handedOn(barrier, JOB, network.state());
            }
            AverageFollower restored = new AverageFollower(follower.snapshot());

            assertThat(restored.snapshot()).hasSize(4);
            assertThat(restored.continueFrom(cut(5, JOB), moved(network.state()), network))
                    .isFalse();
            assertThat(restored.continueFrom(cut(8, JOB), moved(network.state()), network))
                    .isTrue();
            assertThat(restored.snapshot()).hasSize(1);
        }
    }

    private static Lineage cut(long checkpoint, String job) {
        return Lineage.newBuilder().setCheckpointId(checkpoint).setJobId(job).build();
    }

    private static NetworkState moved(NetworkState state) {
        return state.toBuilder()
                .setParameters(moved(state.getParameters()))
                .setAveraged(moved(state.getAveraged()))
                .build();
    }

    private static ByteString moved(ByteString parameters) {
        byte[] bytes = parameters.toByteArray();
        var floats = java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        for (int i = 0; i < floats.limit(); i++) {
            floats.put(i, floats.get(i) + STEP);
        }
        return ByteString.copyFrom(bytes);
    }

    private static float first(ByteString parameters) {
        return Floats.toFloats(parameters)[0];
    }

    private static void train(DigitNetwork network) {
        int n = network.recipe().getBatchSize();
        byte[] pixels = new byte[n * DigitNetwork.PIXELS];
        byte[] labels = new byte[n];
        for (int i = 0; i < n; i++) {
            Sample sample = TestSamples.at(0, i);
            sample.getPixels().copyTo(pixels, i * DigitNetwork.PIXELS);
            labels[i] = (byte) sample.getLabel();
        }
        network.train(pixels, labels, n);
    }
}
