package io.inkstream.operators;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.inkstream.models.network.Networks;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.SourceState;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.VersionCutterState;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Made the files in {@code golden/}: what the first release puts into checkpoints and savepoints, byte for byte as Flink
 * stores it. Later releases read these files; they are not made again.
 */
public final class GoldenStates {
    private GoldenStates() {}

    /** A trainer two samples into a mini-batch of four; its network's parameters repeat, so that the file is small. */
    public static TrainerState trainer() {
        int parameters = Networks.named("mlp").parameters();
        return TrainerState.newBuilder()
                .setFormat(1)
                .setNetwork(NetworkState.newBuilder()
                        .setFormat(1)
                        .setRecipe(Networks.recipe("mlp").toBuilder()
                                .setBatchSize(4)
                                .clearAveraging())
                        .setParameters(repeating(parameters, -504, 5_000))
                        .setUpdater(repeating(2 * parameters, 0, 1_000_000))
                        .setIteration(25))
                .addPending(pending(100, 7))
                .addPending(pending(102, 0))
                .addOffsets(OffsetRange.newBuilder()
                        .setTopic("digits.training")
                        .setPartition(3)
                        .setFrom(100)
                        .setTo(103))
                .setPendingRejected(1)
                .build();
    }

    private static Sample pending(long offset, int label) {
        return Sample.newBuilder()
                .setTopic("digits.training")
                .setPartition(3)
                .setOffset(offset)
                .setLabel(label)
                .setPixels(ByteString.copyFrom(new byte[784]))
                .build();
    }

    private static ByteString repeating(int n, int from, float divisor) {
        ByteBuffer bytes = ByteBuffer.allocate(n * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            bytes.putFloat((i * 13 % 1009 + from) / divisor);
        }
        return ByteString.copyFrom(bytes.array());
    }

    public static VersionCutterState versionCutter() {
        return VersionCutterState.newBuilder()
                .setFormat(1)
                .setVersion(12)
                .setTotalSamplesTrained(3_840)
                .setTotalPrequential(
                        Score.newBuilder().setSamples(3_840).setCorrect(3_500).setLossSum(1_234.5))
                .build();
    }

    public static SourceState source() {
        return SourceState.newBuilder().setFormat(1).setSequence(1_000_000_007).build();
    }

    public static StagedVersion staged() {
        return StagedVersion.newBuilder()
                .setStaged("hdfs://namenode:8020/inkstream/models/digits/.staging/12-ab")
                .setVersion(ModelVersion.newBuilder()
                        .setFormat(1)
                        .setModel("digits")
                        .setVersion(12)
                        .setState(VersionState.PUBLISHED)
                        .setLocation("hdfs://namenode:8020/inkstream/models/digits/12")
                        .setOnnx(artifact("model.onnx"))
                        .setTraining(artifact("training.pb"))
                        .setLineage(Lineage.newBuilder().setParent(11).setCheckpointId(34)))
                .build();
    }

    private static Artifact artifact(String name) {
        return Artifact.newBuilder()
                .setName(name)
                .setBytes(814_120)
                .setSha256("0123456789abcdef".repeat(4))
                .build();
    }

    /** As the operators' states are stored. */
    public static <T extends Message> byte[] write(Class<T> type, T message) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        new ProtobufSerializer<>(type).serialize(message, out);
        return out.getCopyOfBuffer();
    }

    public static <T extends Message> T read(Class<T> type, byte[] bytes) throws IOException {
        return new ProtobufSerializer<>(type).deserialize(new DataInputDeserializer(bytes));
    }

    /** The content of one of the files. */
    public static byte[] golden(String name) throws IOException {
        try (InputStream file = GoldenStates.class.getResourceAsStream("/golden/" + name + ".gz");
                InputStream in = new GZIPInputStream(file)) {
            return in.readAllBytes();
        }
    }

    /** Writes the files into the folder that is the argument. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        save(folder.resolve("trainer-state-1.bin.gz"), write(TrainerState.class, trainer()));
        save(folder.resolve("version-cutter-state-1.bin.gz"), write(VersionCutterState.class, versionCutter()));
        save(folder.resolve("source-state-1.bin.gz"), write(SourceState.class, source()));
        save(folder.resolve("staged-version-1.pb.gz"), staged().toByteArray());
    }

    private static void save(Path file, byte[] bytes) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes);
        }
    }
}
