package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainingRecipe;
import io.inkstream.schemas.v1.VersionState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VersionDescriptionTest {
    private static final ModelVersion FULL = ModelVersion.newBuilder()
            .setFormat(1)
            .setModel("digits")
            .setVersion(12)
            .setState(VersionState.PUBLISHED)
            .setAttempts(2)
            .setCreated(Timestamp.newBuilder().setSeconds(1_767_225_600))
            .setLocation("hdfs://namenode:8020/inkstream/models/digits/12")
            .setOnnx(artifact("model.onnx", 1_726_331, "a"))
            .setTraining(artifact("training.pb", 6_896_512, "b"))
            .setLineage(Lineage.newBuilder()
                    .setParent(11)
                    .setCheckpointId(34)
                    .setJobId("0123456789abcdef0123456789abcdef")
                    .addOffsets(range(0, 640, 960))
                    .addOffsets(range(1, 600, 1_250_000))
                    .addTotalOffsets(range(0, 0, 960))
                    .addTotalOffsets(range(1, 0, 1_250_000))
                    .addOrder(PartitionRun.newBuilder().setPartition(0).setRecords(200))
                    .addOrder(PartitionRun.newBuilder().setPartition(1).setRecords(1_200_000))
                    .addOrder(PartitionRun.newBuilder().setPartition(0).setRecords(120))
                    .setSamplesTrained(1_200_320)
                    .setTotalSamplesTrained(1_250_000_000)
                    .setSamplesRejected(1)
                    .setSamplesHeldOut(24_000)
                    .setTotalSamplesHeldOut(25_000)
                    .setIteration(39_062_500)
                    .setPrequential(score(1_200_320, 1_195_000, 6_050))
                    .setWindowPrequential(score(10_000, 9_871, 444))
                    .setTotalPrequential(score(1_250_000_000, 1_240_000_000, 44_425_000))
                    .setRecipe(TrainingRecipe.newBuilder()
                            .setNetwork("lenet")
                            .setSeed(-1)
                            .setBatchSize(32)
                            .setLearningRate(2e-3)
                            .setAveraging(0.99)
                            .setReplay(5_000)
                            .setReplayed(32)
                            .setReplicas(2)
                            .setHoldout(0.02))
                    .setTrainers(1))
            .setHoldout(Evaluation.newBuilder()
                    .setScore(score(2_000, 1_974, 80))
                    .setLow(0.9809)
                    .setHigh(0.9911)
                    .setRank(2)
                    .setCompared(11))
            .build();

    private static final ModelStatus NOTHING = new ModelStatus(Optional.empty(), Optional.empty(), List.of());

    @Test
    void usageExample() {
        LivePointer live = LivePointer.newBuilder()
                .setVersion(12)
                .setSince(Timestamp.newBuilder().setSeconds(1_767_225_601))
                .setPinned(true)
                .setBy("ben@desk-2")
                .setWhy("until Monday")
                .build();

        ModelStatus status = new ModelStatus(
                Optional.of(live),
                Optional.empty(),
                List.of(SampleVersions.scorer(0, 12, 12), SampleVersions.scorer(1, 0)));
        List<Move> history = List.of(
                SampleVersions.move(SampleVersions.T - 9, 0, 12, "training job", "the first"),
                SampleVersions.move(SampleVersions.T - 8, 12, 11, "anna@desk-1", ""),
                SampleVersions.move(SampleVersions.T, 11, 12, "training job", "0.98 against 0.97 on the holdout"));

        assertThat(new VersionDescription(FULL, status, history, Optional.empty()).text())
                .isEqualToNormalizingNewlines("""
version 12 of digits
state          LIVE since 2026-01-01 00:00:01 UTC
made live      2026-01-01 00:00:00 UTC
               by training job: 0.98 against 0.97 on the holdout
pinned         by ben@desk-2: until Monday
proposed       2 times
loaded by      1 of 2 scorers
               0123456789abcdef0123456789abcdef/0 in 4711@worker-3
served by      1 of 2 scorers
               0123456789abcdef0123456789abcdef/0 in 4711@worker-3
created        2026-01-01 00:00:00 UTC
files in       hdfs://namenode:8020/inkstream/models/digits/12
  model.onnx   1,726,331 bytes, SHA-256
               aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  training.pb  6,896,512 bytes, SHA-256
               bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
parent         version 11
cut            at checkpoint 34
               by job 0123456789abcdef0123456789abcdef
offsets        digits.training-0 [640, 960)
               digits.training-1 [600, 1250000)
  since start  digits.training-0 [0, 960)
               digits.training-1 [0, 1250000)
order          3 runs from 2 partitions
samples            of the step     since start
  trained            1,200,320   1,250,000,000
  held out              24,000          25,000
  rejected                   1
mini-batches                        39,062,500
accuracy                 right              of       mean loss
  of the step          99.56 %       1,200,320          0.0050
  window               98.71 %          10,000          0.0444
  since start          99.20 %   1,250,000,000          0.0355
  holdout              98.70 %           2,000          0.0400
               98.09 % to 99.11 % with 95 % confidence; rank 2 of 12
recipe         lenet, batch size 32, learning rate 0.002, averaging 0.99
               replay 5000, 32 in each mini-batch; replicas 2; holdout 0.02
               seed 18446744073709551615
""");
    }

    @Test
    void itFitsIntoEightyColumns() {
        ModelVersion rejected = FULL.toBuilder()
                .setState(VersionState.REJECTED)
                .setReason("refused by scorer 0a/1 in 4711@worker-3: " + "SHA-256 differs ".repeat(20))
                .build();
        assertThat(new VersionDescription(rejected, NOTHING, List.of(), Optional.empty())
                        .text()
                        .lines())
                .anyMatch(line -> line.startsWith("reason         refused by scorer 0a/1 in 4711@worker-3: SHA"))
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void aVersionOfTheFirstReleaseIsShownAsFarAsItsMetadataGo() {
        ModelVersion first = FULL.toBuilder()
                .clearHoldout()
                .setLineage(Lineage.newBuilder().setEndOfInput(true).addOffsets(range(0, 0, 9)))
                .build();
        LivePointer other = LivePointer.newBuilder().setVersion(11).build();

        assertThat(new VersionDescription(
                                first,
                                new ModelStatus(Optional.of(other), Optional.empty(), List.of()),
                                List.of(),
                                Optional.empty())
                        .text())
                .contains("state          PUBLISHED" + System.lineSeparator())
                .contains("parent         none")
                .contains("cut            at the end of the input")
                .contains("holdout          nothing yet")
                .doesNotContain("NaN", "of the step                 ");
    }

    @Test
    void severalTrainersAreTold() {
        ModelVersion.Builder version = FULL.toBuilder();
        version.getLineageBuilder().setTrainers(3).setRescaled(true);

        assertThat(new VersionDescription(version.build(), NOTHING, List.of(), Optional.empty()).text())
                .contains("trainers       3, their parameters averaged", "rescaled");
    }

    @Test
    void whatLateLabelsTellStandsBelowTheHoldout() {
        assertThat(new VersionDescription(
                                FULL, NOTHING, List.of(), Optional.of(EvaluationTableTest.evaluation(12, 960, 30, 10)))
                        .text()
                        .lines())
                .containsSubsequence(
                        "               98.09 % to 99.11 % with 95 % confidence; rank 2 of 12",
                        "by late labels           right              of     95 % within",
                        "recipe         lenet, batch size 32, learning rate 0.002, averaging 0.99");
    }

    private static Artifact artifact(String name, long bytes, String digit) {
        return Artifact.newBuilder()
                .setName(name)
                .setBytes(bytes)
                .setSha256(digit.repeat(64))
                .build();
    }

    private static OffsetRange range(int partition, long from, long to) {
        return OffsetRange.newBuilder()
                .setTopic("digits.training")
                .setPartition(partition)
                .setFrom(from)
                .setTo(to)
                .build();
    }

    private static Score score(long samples, long correct, double lossSum) {
        return Score.newBuilder()
                .setSamples(samples)
                .setCorrect(correct)
                .setLossSum(lossSum)
                .build();
    }
}
