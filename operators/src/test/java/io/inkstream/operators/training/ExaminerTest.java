package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.Comparison;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.VersionCutterState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExaminerTest {
    private static final List<Sample> HELD_OUT =
            IntStream.range(0, 100).mapToObj(i -> TestSamples.at(0, 300 + i)).toList();

    @Test
    void usageExample() {
        Examiner examiner = new Examiner(VersionCutterState.getDefaultInstance());
        assertThat(examiner.examine(trained(0), Optional.empty())).isEmpty();
        examiner.add(HELD_OUT);

        Evaluation untrained = examiner.examine(trained(0), Optional.empty()).orElseThrow();
        Evaluation better = examiner.examine(trained(9), Optional.empty()).orElseThrow();

        assertThat(untrained.getScore().getSamples()).isEqualTo(100);
        assertThat(better.getScore().getCorrect())
                .isGreaterThan(untrained.getScore().getCorrect() + 20);
        assertThat(better.getScore().getLossSum())
                .isLessThan(untrained.getScore().getLossSum());
        assertThat(better.getLow()).isLessThan(better.getScore().getCorrect() / 100.0);
        assertThat(better.getHigh()).isGreaterThan(better.getScore().getCorrect() / 100.0);
    }

    @Test
    void aVersionIsRankedAmongThoseBefore() {
        Examiner examiner = new Examiner(VersionCutterState.getDefaultInstance());
        examiner.add(HELD_OUT);
        examiner.examine(trained(9), Optional.empty());
        Evaluation worse = examiner.examine(trained(0), Optional.empty()).orElseThrow();
        Evaluation best = examiner.examine(trained(18), Optional.empty()).orElseThrow();

        assertThat(worse.getRank()).isEqualTo(2);
        assertThat(worse.getCompared()).isEqualTo(1);
        assertThat(best.getRank()).isEqualTo(1);
        assertThat(best.getCompared()).isEqualTo(2);
    }

    @Test
    void aVersionIsComparedWithTheLiveOneOnTheSameImages() throws Exception {
        Examiner examiner = new Examiner(VersionCutterState.getDefaultInstance());
        examiner.add(HELD_OUT);
        try (OnnxScorer scorer = OnnxScorer.load(OnnxExporter.export(trained(9), Map.of()))) {
            Optional<LiveModel.Loaded> live = Optional.of(new LiveModel.Loaded(3, scorer));
            Evaluation worse = examiner.examine(trained(0), live).orElseThrow();
            Evaluation same = examiner.examine(trained(9), live).orElseThrow();

            Comparison lost = worse.getLive();
            assertThat(lost.getVersion()).isEqualTo(3);
            assertThat(lost.getSamples()).isEqualTo(100);
            assertThat(lost.getLost() - lost.getGained())
                    .isEqualTo(same.getScore().getCorrect() - worse.getScore().getCorrect())
                    .isGreaterThan(20);
            assertThat(same.getLive().getLost() + same.getLive().getGained()).isZero();
        }
    }

    @Test
    void goesOnFromItsState() {
        Examiner examiner = new Examiner(VersionCutterState.getDefaultInstance());
        examiner.add(HELD_OUT.subList(0, 50));
        examiner.examine(trained(9), Optional.empty());
        VersionCutterState.Builder state = VersionCutterState.newBuilder();
        examiner.saveTo(state);
        Examiner restored = new Examiner(state.build());
        for (Examiner each : List.of(examiner, restored)) {
            each.add(HELD_OUT.subList(50, 100));
        }

        Evaluation evaluation = restored.examine(trained(0), Optional.empty()).orElseThrow();
        assertThat(evaluation)
                .isEqualTo(examiner.examine(trained(0), Optional.empty()).orElseThrow());
        assertThat(evaluation.getScore().getSamples()).isEqualTo(100);
        assertThat(evaluation.getRank()).isEqualTo(2);
    }

    @Test
    void theIntervalIsWilsons() {
        // By hand: p = 0.95, n = 100, z = 1.96.
        Evaluation.Builder interval = Examiner.interval(
                Score.newBuilder().setSamples(100).setCorrect(95).build());

        assertThat(interval.getLow()).isCloseTo(0.8882, within(1e-4));
        assertThat(interval.getHigh()).isCloseTo(0.9785, within(1e-4));
        assertThat(Examiner.interval(
                                Score.newBuilder().setSamples(10).setCorrect(10).build())
                        .getHigh())
                .isCloseTo(1, within(1e-9));
    }

    private static NetworkState trained(int miniBatches) {
        byte[] pixels = new byte[32 * DigitNetwork.PIXELS];
        byte[] labels = new byte[32];
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("mlp"))) {
            for (int batch = 0; batch < miniBatches; batch++) {
                for (int i = 0; i < labels.length; i++) {
                    Sample sample = TestSamples.at(0, (batch * 32 + i) % 300);
                    sample.getPixels().copyTo(pixels, i * DigitNetwork.PIXELS);
                    labels[i] = (byte) sample.getLabel();
                }
                network.train(pixels, labels, labels.length);
            }
            return network.state();
        }
    }
}
