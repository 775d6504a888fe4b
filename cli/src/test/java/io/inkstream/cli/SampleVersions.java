package io.inkstream.cli;

import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.Evaluation;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.TrainingRecipe;
import io.inkstream.schemas.v1.VersionState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** What a registry might hold, for tests of what is printed of it. */
final class SampleVersions {
    static final String JOB = "0123456789abcdef0123456789abcdef";
    /** Midnight when 2026 began. */
    static final long T = 1_767_225_600;

    static final Instant NOW = Instant.ofEpochSecond(T);

    static final ModelVersion ELEVEN = version(11, VersionState.LIVE, 1_250_000, 9_871, 7_200)
            .setHoldout(Evaluation.newBuilder().setScore(score(2_000, 1_974)))
            .build();
    static final ModelVersion TWELVE =
            version(12, VersionState.CANDIDATE, 1_250_640, 9_900, 12).build();
    static final ModelStatus STATUS = new ModelStatus(
            Optional.of(LivePointer.newBuilder()
                    .setVersion(11)
                    .setSince(seconds(T - 7_100))
                    .setMove(4)
                    .setPinned(true)
                    .setBy("anna@desk-1")
                    .setWhy("good enough for the fair, and nobody is there to look after it until Monday morning")
                    .build()),
            Optional.of(Candidate.newBuilder()
                    .setVersion(12)
                    .setSince(seconds(T - 5))
                    .setBy("ben@desk-2")
                    .setByHand(true)
                    .build()),
            List.of(scorer(0, 11, 11, 12), scorer(1, 11, 11)));

    private SampleVersions() {}

    static ModelVersion.Builder version(long number, VersionState state, long trained, long right, long age) {
        return ModelVersion.newBuilder()
                .setFormat(1)
                .setModel("digits")
                .setVersion(number)
                .setState(state)
                .setCreated(seconds(T - age))
                .setLocation("hdfs://namenode:8020/inkstream/models/digits/" + number)
                .setOnnx(artifact("model.onnx", 1_726_331, number))
                .setTraining(artifact("training.pb", 6_896_512, number))
                .setLineage(Lineage.newBuilder()
                        .setParent(number - 1)
                        .setCheckpointId(30 + number)
                        .setJobId(JOB)
                        .addTotalOffsets(OffsetRange.newBuilder()
                                .setTopic("digits.training")
                                .setTo(trained + 9))
                        .setTotalSamplesTrained(trained)
                        .setIteration(trained / 32)
                        .setWindowPrequential(score(10_000, right))
                        .setRecipe(TrainingRecipe.newBuilder()
                                .setNetwork("lenet")
                                .setBatchSize(32)
                                .setSeed(-1)
                                .setLearningRate(2e-3)));
    }

    static Artifact artifact(String name, long bytes, long number) {
        return Artifact.newBuilder()
                .setName(name)
                .setBytes(bytes)
                .setSha256("%064x".formatted(number).replace('0', 'e'))
                .build();
    }

    static Score score(long samples, long correct) {
        return Score.newBuilder().setSamples(samples).setCorrect(correct).build();
    }

    static ScorerStatus scorer(int subtask, long serves, long... loaded) {
        return ScorerStatus.newBuilder()
                .setFormat(1)
                .setJobId(JOB)
                .setSubtask(subtask)
                .setProcess("4711@worker-3")
                .setServes(serves)
                .addAllLoaded(LongStream.of(loaded).boxed().toList())
                .build();
    }

    static Move move(long at, long from, long to, String by, String why) {
        return Move.newBuilder()
                .setFormat(1)
                .setAt(seconds(at))
                .setFrom(from)
                .setTo(to)
                .setBy(by)
                .setWhy(why)
                .build();
    }

    static Timestamp seconds(long seconds) {
        return Timestamp.newBuilder().setSeconds(seconds).build();
    }
}
