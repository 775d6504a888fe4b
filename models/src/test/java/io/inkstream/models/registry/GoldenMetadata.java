package io.inkstream.models.registry;

import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Made {@code golden/model-version-1.json} and {@code golden/live-pointer-1.json}: what the first release puts into
 * ZooKeeper, with every field set. Later releases read these files; they are not made again.
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

    /** Writes the files into the folder that is the argument. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Files.writeString(folder.resolve("model-version-1.json"), MetadataJson.write(version()));
        Files.writeString(folder.resolve("live-pointer-1.json"), MetadataJson.write(live()));
    }
}
