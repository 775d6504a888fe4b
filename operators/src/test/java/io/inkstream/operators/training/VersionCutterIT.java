package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.operators.TestModels;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import io.inkstream.schemas.v1.VersionDraft;
import io.inkstream.schemas.v1.VersionState;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class VersionCutterIT {
    private static final TrainingRecipe RECIPE = Networks.recipe("mlp");

    private String zookeeper;
    private String model;

    @BeforeEach
    void nameAModel(Sandbox sandbox) {
        zookeeper = sandbox.zookeeper();
        model = sandbox.uniqueName("digits");
    }

    @Test
    void aBarrierCutsAVersionFromWhatWasTrainedBeforeIt() throws Exception {
        try (var cutter = cutter()) {
            cutter.open();
            cutter.processElement(update(0, 100, 90), 0);
            assertThat(cutter.extractOutputValues()).isEmpty();
            cutter.prepareSnapshotPreBarrier(7);

            ModelVersion version = cutter.extractOutputValues().get(0).getVersion();
            assertThat(version.getVersion()).isEqualTo(1);
            assertThat(version.getModel()).isEqualTo(model);
            assertThat(version.getState()).isEqualTo(VersionState.PUBLISHED);
            Lineage lineage = version.getLineage();
            assertThat(lineage.getParent()).isZero();
            assertThat(lineage.getCheckpointId()).isEqualTo(7);
            assertThat(lineage.getJobId()).matches("[0-9a-f]{32}");
            assertThat(lineage.getOffsetsList()).containsExactly(range(0, 100));
            assertThat(lineage.getSamplesTrained()).isEqualTo(90);
            assertThat(lineage.getSamplesRejected()).isEqualTo(10);
            assertThat(lineage.getEndOfInput()).isFalse();
        }
    }

    @Test
    void aVersionComesWithWhatItsNetworkReadsInImages() throws Exception {
        byte[] pixels = new byte[3 * DigitNetwork.PIXELS];
        new Random(1).nextBytes(pixels);
        try (var cutter = cutter();
                OnnxScorer own = OnnxScorer.load(TestModels.onnx(1));
                OnnxScorer other = OnnxScorer.load(TestModels.onnx(2))) {
            cutter.open();
            cut(
                    cutter,
                    1,
                    update(0, 100, 90).toBuilder()
                            .setNetwork(TestModels.network(1))
                            .setProbe(ByteString.copyFrom(pixels))
                            .build());

            Probe probe =
                    Probe.read(cutter.extractOutputValues().get(0).getProbe().toByteArray());
            probe.check(own);
            assertThatThrownBy(() -> probe.check(other)).isInstanceOf(UnusableModelException.class);
        }
    }

    @Test
    void eachVersionNamesTheOneBeforeAndTheTotalsGrow() throws Exception {
        try (var cutter = cutter()) {
            cutter.open();
            cut(cutter, 1, update(0, 100, 90));
            cut(cutter, 2, update(100, 150, 50));

            assertThat(numbers(cutter)).containsExactly(1L, 2L);
            Lineage second = cutter.extractOutputValues().get(1).getVersion().getLineage();
            assertThat(second.getParent()).isEqualTo(1);
            assertThat(second.getSamplesTrained()).isEqualTo(50);
            assertThat(second.getTotalSamplesTrained()).isEqualTo(140);
            assertThat(second.getPrequential().getSamples()).isEqualTo(50);
            assertThat(second.getTotalPrequential().getSamples()).isEqualTo(140);
            assertThat(second.getTotalPrequential().getLossSum()).isEqualTo(70);
        }
    }

    @Test
    void aBarrierBeforeWhichNothingWasTrainedCutsNothing() throws Exception {
        try (var cutter = cutter()) {
            cutter.open();
            cutter.prepareSnapshotPreBarrier(1);
            cut(cutter, 2, update(0, 10, 10));
            cutter.prepareSnapshotPreBarrier(3);
            cutter.getOperator().finish();

            assertThat(numbers(cutter)).containsExactly(1L);
        }
    }

    @Test
    void whereACheckpointWasAbortedInBetweenNoOffsetsAreLost() throws Exception {
        // The trainer handed on before a barrier that the cutter then was told to ignore.
        try (var cutter = cutter()) {
            cutter.open();
            cutter.processElement(update(0, 100, 90), 0);
            cut(cutter, 2, update(100, 150, 50));

            assertThat(numbers(cutter)).containsExactly(1L);
            Lineage lineage = cutter.extractOutputValues().get(0).getVersion().getLineage();
            assertThat(lineage.getOffsetsList()).containsExactly(range(0, 150));
            assertThat(lineage.getSamplesTrained()).isEqualTo(140);
            assertThat(lineage.getTotalSamplesTrained()).isEqualTo(140);
            assertThat(lineage.getSamplesRejected()).isEqualTo(10);
        }
    }

    @Test
    void theEndCutsALastVersion() throws Exception {
        try (var cutter = cutter()) {
            cutter.open();
            cutter.processElement(update(0, 10, 10), 0);
            cutter.getOperator().finish();

            Lineage lineage = cutter.extractOutputValues().get(0).getVersion().getLineage();
            assertThat(lineage.getEndOfInput()).isTrue();
            assertThat(lineage.getCheckpointId()).isZero();
        }
    }

    @Test
    void numbersGoOnFromTheHighestThatIsRegistered() throws Exception {
        for (long number : new long[] {9, 10}) {
            TestModels.makeLive(zookeeper, model, number);
        }
        try (var cutter = cutter()) {
            cutter.open();
            cut(cutter, 1, update(0, 10, 10));

            assertThat(numbers(cutter)).containsExactly(11L);
            // A job that starts from nothing goes on from no version.
            assertThat(cutter.extractOutputValues()
                            .get(0)
                            .getVersion()
                            .getLineage()
                            .getParent())
                    .isZero();
        }
    }

    @Test
    void goesOnFromACheckpoint() throws Exception {
        OperatorSubtaskState checkpoint = checkpointAfterTwoVersions();
        try (var restored = cutter()) {
            restored.initializeState(checkpoint);
            restored.open();
            cut(restored, 3, update(20, 30, 10));

            ModelVersion version = restored.extractOutputValues().get(0).getVersion();
            assertThat(version.getVersion()).isEqualTo(3);
            assertThat(version.getLineage().getParent()).isEqualTo(2);
            assertThat(version.getLineage().getTotalSamplesTrained()).isEqualTo(30);
            assertThat(version.getLineage().getTotalPrequential().getSamples()).isEqualTo(30);
        }
    }

    @Test
    void goesOnFromAnOldSavepointWithoutReusingANumber() throws Exception {
        OperatorSubtaskState savepoint = checkpointAfterTwoVersions();
        TestModels.makeLive(zookeeper, model, 5);
        try (var restored = cutter()) {
            restored.initializeState(savepoint);
            restored.open();
            cut(restored, 3, update(20, 30, 10));

            ModelVersion version = restored.extractOutputValues().get(0).getVersion();
            assertThat(version.getVersion()).isEqualTo(6);
            assertThat(version.getLineage().getParent()).isEqualTo(2);
        }
    }

    /** Also where the job restarts before anything is trained with the other number of trainers. */
    @Test
    void theFirstVersionAfterTheNumberOfTrainersHasChangedSaysSo() throws Exception {
        OperatorSubtaskState two = checkpointAfterTwoVersions();
        OperatorSubtaskState untrained;
        try (var rescaled = cutter(2)) {
            rescaled.initializeState(two);
            rescaled.open();
            untrained = rescaled.snapshot(3, 0);
        }
        try (var restarted = cutter(2)) {
            restarted.initializeState(untrained);
            restarted.open();
            cut(restarted, 4, update(20, 30, 10));
            cut(restarted, 5, update(30, 40, 10));

            assertThat(restarted.extractOutputValues())
                    .extracting(draft -> draft.getVersion().getLineage().getRescaled())
                    .containsExactly(true, false);
        }
    }

    private OperatorSubtaskState checkpointAfterTwoVersions() throws Exception {
        try (var cutter = cutter()) {
            cutter.open();
            cut(cutter, 1, update(0, 10, 10));
            cut(cutter, 2, update(10, 20, 10));
            return cutter.snapshot(2, 0);
        }
    }

    private OneInputStreamOperatorTestHarness<TrainerUpdate, VersionDraft> cutter() throws Exception {
        return cutter(1);
    }

    private OneInputStreamOperatorTestHarness<TrainerUpdate, VersionDraft> cutter(int trainers) throws Exception {
        var harness = new OneInputStreamOperatorTestHarness<>(
                Training.versionCutter(new TrainingPlan(
                        RECIPE,
                        "file:///none",
                        ZooKeeperAccess.open(zookeeper),
                        model,
                        trainers,
                        ModelVersion.getDefaultInstance())),
                new ProtobufSerializer<>(TrainerUpdate.class));
        harness.setup(new ProtobufSerializer<>(VersionDraft.class));
        return harness;
    }

    private static void cut(
            OneInputStreamOperatorTestHarness<TrainerUpdate, VersionDraft> cutter,
            long checkpoint,
            TrainerUpdate update)
            throws Exception {
        cutter.processElement(update, 0);
        cutter.prepareSnapshotPreBarrier(checkpoint);
    }

    private static List<Long> numbers(OneInputStreamOperatorTestHarness<TrainerUpdate, VersionDraft> cutter) {
        return cutter.extractOutputValues().stream()
                .map(draft -> draft.getVersion().getVersion())
                .toList();
    }

    /** Half the samples are judged right, at a loss of a half each. */
    private static TrainerUpdate update(long from, long to, long trained) {
        return TrainerUpdate.newBuilder()
                .setNetwork(NetworkState.newBuilder().setFormat(1).setIteration(to))
                .addOffsets(range(from, to))
                .setSamplesTrained(trained)
                .setSamplesRejected(to - from - trained)
                .setPrequential(Score.newBuilder()
                        .setSamples(trained)
                        .setCorrect(trained / 2)
                        .setLossSum(trained * 0.5))
                .build();
    }

    private static OffsetRange range(long from, long to) {
        return OffsetRange.newBuilder()
                .setTopic("digits.training")
                .setFrom(from)
                .setTo(to)
                .build();
    }
}
