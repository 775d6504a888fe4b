package io.inkstream.models.registry;

import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.BatchState;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.NewestVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.TrainerClaim;
import io.inkstream.schemas.v1.TrainingBatch;
import io.inkstream.schemas.v1.TrainingRecipe;
import io.inkstream.schemas.v1.VersionState;
import io.inkstream.schemas.v1.WaitingProposal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;

/**
 * Made {@code golden/model-version-1.json} and {@code golden/live-pointer-1.json}, what the first release puts into
 * ZooKeeper, and the files beside them when versions came to be rolled out. Later releases read these files; they are not
 * made again.
 */
final class GoldenMetadata {
    private GoldenMetadata() {}

    static ModelVersion version() {
        return Versions.version(12).toBuilder()
                .setCreated(Timestamp.newBuilder().setSeconds(1_767_225_600).setNanos(250_000_000))
                .setLocation("hdfs://namenode:8020/inkstream/models/digits/12")
                .setLineage(Lineage.newBuilder()
                        .setParent(11)
                        .setCheckpointId(34)
                        .setJobId("0123456789abcdef0123456789abcdef")
                        .addOffsets(OffsetRange.newBuilder()
                                .setTopic("digits.training")
                                .setPartition(1)
                                .setFrom(640)
                                .setTo(9_007_199_254_740_993L))
                        .addOrder(PartitionRun.newBuilder().setPartition(1).setRecords(319))
                        .setSamplesTrained(320)
                        .setTotalSamplesTrained(960)
                        .setSamplesRejected(1)
                        .setIteration(30)
                        .setPrequential(score(320, 301, 60.5))
                        .setTotalPrequential(score(960, 800, 444.25))
                        .setRecipe(TrainingRecipe.newBuilder()
                                .setNetwork("lenet")
                                .setSeed(-1)
                                .setBatchSize(32)
                                .setLearningRate(1e-3))
                        .setEndOfInput(true))
                .build();
    }

    private static Score score(long samples, long correct, double lossSum) {
        return Score.newBuilder()
                .setSamples(samples)
                .setCorrect(correct)
                .setLossSum(lossSum)
                .build();
    }

    static LivePointer live() {
        return LivePointer.newBuilder()
                .setFormat(1)
                .setVersion(12)
                .setSince(Timestamp.newBuilder().setSeconds(1_767_225_601))
                .setMove(9)
                .build();
    }

    static Candidate candidate() {
        return Candidate.newBuilder()
                .setFormat(1)
                .setVersion(13)
                .setSince(Timestamp.newBuilder().setSeconds(1_767_225_602).setNanos(500_000_000))
                .setBy("anna")
                .setWhy("better on sloppy sevens")
                .setAttempt(2)
                .setByHand(true)
                .setPin(true)
                .setWas(VersionState.RETIRED)
                .build();
    }

    /** A job's, with another behind it. */
    static Candidate followed() {
        return Candidate.newBuilder()
                .setFormat(1)
                .setVersion(13)
                .setSince(Timestamp.newBuilder().setSeconds(1_767_225_602))
                .setBy("training job 0a")
                .setWhy("newer, and not worse")
                .setAttempt(1)
                .setWas(VersionState.PUBLISHED)
                .setNext(WaitingProposal.newBuilder()
                        .setVersion(14)
                        .setBy("training job 0a")
                        .setWhy("newer, and not worse"))
                .build();
    }

    static NewestVersion newest() {
        return NewestVersion.newBuilder()
                .setFormat(1)
                .setVersion(14)
                .setFirst(1)
                .build();
    }

    static TrainerClaim claim() {
        return TrainerClaim.newBuilder()
                .setFormat(1)
                .setJobId("0123456789abcdef0123456789abcdef")
                .setEpoch(7)
                .setProcess("4711@worker-3")
                .setSince(Timestamp.newBuilder().setSeconds(1_767_225_600))
                .setRun("00000000-0000-4000-8000-000000000000")
                .build();
    }

    static Move move() {
        return Move.newBuilder()
                .setFormat(1)
                .setAt(Timestamp.newBuilder().setSeconds(1_767_225_603))
                .setBy("anna")
                .setFrom(12)
                .setTo(13)
                .setWhy("better on sloppy sevens")
                .setByHand(true)
                .setMove(10)
                .build();
    }

    static ScorerStatus scorer() {
        return ScorerStatus.newBuilder()
                .setFormat(1)
                .setJobId("0123456789abcdef0123456789abcdef")
                .setSubtask(3)
                .setProcess("4711@worker-3")
                .setServes(12)
                .addLoaded(11)
                .addLoaded(12)
                .setRefused(Refusal.newBuilder().setVersion(13).setAttempt(1).setReason("SHA-256 differs"))
                .setSince(Timestamp.newBuilder().setSeconds(1_767_225_600))
                .setUpdated(Timestamp.newBuilder().setSeconds(1_767_225_604))
                .setRun("00000000-0000-4000-8000-000000000000")
                .setScorers(4)
                .build();
    }

    /** What was added to messages of {@link #version} and {@link #live} when versions came to be rolled out. */
    static ModelVersion rejected() {
        return Versions.version(13).toBuilder()
                .setState(VersionState.REJECTED)
                .setReason("refused by scorer 3: SHA-256 differs")
                .setAttempts(1)
                .build();
    }

    static LivePointer pinned() {
        return live().toBuilder()
                .setPinned(true)
                .setBy("anna")
                .setWhy("until Monday")
                .build();
    }

    static LiveEvaluation accuracy() {
        return LiveEvaluation.newBuilder()
                .setFormat(1)
                .setModel("digits")
                .setVersion(13)
                .setTotal(confusion(970, 30))
                .setRandomAudit(confusion(95, 5))
                .setWindow(confusion(900, 20))
                .setSequence(42)
                .setUpdated(Timestamp.newBuilder().setSeconds(1_767_225_605))
                .build();
    }

    private static Confusion confusion(long sevens, long onesForSevens) {
        return Confusion.newBuilder()
                .addAllCounts(Collections.nCopies(100, 0L))
                .setCounts(77, sevens)
                .setCounts(71, onesForSevens)
                .build();
    }

    /** Of the brake. */
    static Candidate braking() {
        return candidate().toBuilder().clearByHand().clearPin().setBrake(true).build();
    }

    static Move braked() {
        return move().toBuilder().clearByHand().setBrake(true).build();
    }

    /** Of the gateway. */
    static TrainingBatch batch() {
        return TrainingBatch.newBuilder()
                .setFormat(1)
                .setId("20260101-000000-0a1b2c")
                .setPath("hdfs://namenode:8020/inkstream/data/mnist.npz")
                .setSource("mnist")
                .setState(BatchState.BATCH_TRAINED)
                .setAccepted(Timestamp.newBuilder().setSeconds(1_767_225_600))
                .setProgress(Timestamp.newBuilder().setSeconds(1_767_225_606).setNanos(500_000_000))
                .setImages(60_000)
                .setProduced(60_000)
                .addOffsets(OffsetRange.newBuilder()
                        .setTopic("digits.training")
                        .setPartition(1)
                        .setFrom(640)
                        .setTo(60_641))
                .setNewestBefore(11)
                .setTrainedIn(13)
                .setOrEarlier(true)
                .setError("none")
                .setUploaded(true)
                .build();
    }

    /** Writes the files into the folder that is the argument. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Files.writeString(folder.resolve("model-version-1.json"), MetadataJson.write(version()));
        Files.writeString(folder.resolve("live-pointer-1.json"), MetadataJson.write(live()));
        Files.writeString(folder.resolve("candidate-1.json"), MetadataJson.write(candidate()));
        Files.writeString(folder.resolve("candidate-followed-1.json"), MetadataJson.write(followed()));
        Files.writeString(folder.resolve("newest-1.json"), MetadataJson.write(newest()));
        Files.writeString(folder.resolve("trainer-claim-1.json"), MetadataJson.write(claim()));
        Files.writeString(folder.resolve("move-1.json"), MetadataJson.write(move()));
        Files.writeString(folder.resolve("scorer-status-1.json"), MetadataJson.write(scorer()));
        Files.writeString(folder.resolve("model-version-rejected-1.json"), MetadataJson.write(rejected()));
        Files.writeString(folder.resolve("live-pointer-pinned-1.json"), MetadataJson.write(pinned()));
        Files.writeString(folder.resolve("accuracy-1.json"), MetadataJson.write(accuracy()));
        Files.writeString(folder.resolve("candidate-brake-1.json"), MetadataJson.write(braking()));
        Files.writeString(folder.resolve("move-brake-1.json"), MetadataJson.write(braked()));
        Files.writeString(folder.resolve("batch-1.json"), MetadataJson.write(batch()));
    }
}
