package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.publishing.OrderFile;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.TrainingOrder;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Versions of the real job, verified from what is in the real Kafka, HDFS and ZooKeeper. */
@ExtendWith(SandboxExtension.class)
class ModelsVerifyIT {

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 1)) {
            model.learn(640);
            model.learn(320);
            model.learn(6_400);

            Run run = model.verify("1..newest");
            assertThat(run.out().lines())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allMatch(line -> line.contains(": identical ("));
            assertThat(run.exitCode()).isZero();
            assertThat(model.registry().versions().stream()
                            .mapToLong(
                                    number -> model.version(number).getLineage().getSamplesRejected())
                            .sum())
                    .isEqualTo(3);
        }
    }

    @Test
    void theOrderOfThreePartitionsIsReadAgainAsItWas(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 3)) {
            model.learn(960);
            model.learn(1_920);
            model.learn(640);

            Run run = model.verify("live", "newest", "1", "2..3");
            assertThat(run.out().lines())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allMatch(line -> line.contains(": identical ("));
            assertThat(run.exitCode()).isZero();
            assertThat(model.registry().versions())
                    .anyMatch(number -> model.version(number).getLineage().getOrderCount() > 1);
        }
    }

    /** A longer one than the registry takes is; here a short one. */
    @Test
    void anOrderThatIsAFileIsFollowed(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 3)) {
            model.learn(640);
            ModelVersion.Builder version = model.version(1).toBuilder();
            byte[] order = TrainingOrder.newBuilder()
                    .setFormat(1)
                    .addAllRuns(version.getLineage().getOrderList())
                    .build()
                    .toByteArray();
            version.setOrder(ModelStore.describe(OrderFile.NAME, order))
                    .getLineageBuilder()
                    .clearOrder();
            long number = model.publishAs(version, Map.of(OrderFile.NAME, order));

            // The number is in the metadata of the ONNX file, the rest is the same.
            assertThat(model.verify("" + number).out()).startsWith("version %d: identical (".formatted(number));
            assertThat(model.run("models", "show", "" + number).out()).contains("bytes in order.pb");
            model.tamper(number, OrderFile.NAME);
            Run tampered = model.verify("" + number);
            assertThat(tampered.exitCode()).isEqualTo(1);
            assertThat(tampered.out())
                    .contains(
                            "order.pb has SHA-256", "not rebuilt: the order in which its partitions were read is lost");
        }
    }

    @Test
    void theShortMiniBatchAtTheEndIsTrainedAgain(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 2)) {
            model.learnToTheEnd(1_009);

            assertThat(model.verify("newest").exitCode()).isZero();
            ModelVersion last = model.version(model.registry().versions().size());
            Lineage lineage = last.getLineage();
            assertThat(lineage.getTotalSamplesHeldOut()).isPositive();
            assertThat(lineage.getTotalSamplesTrained() + lineage.getTotalSamplesHeldOut())
                    .isEqualTo(1_009);
        }
    }

    @Test
    void aFileThatWasChangedInHdfsIsFound(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 1)) {
            model.learn(320);
            model.learn(320);
            model.tamper(1, ModelStore.ONNX);

            Run onnx = model.verify("1", "2");
            assertThat(onnx.exitCode()).isEqualTo(1);
            assertThat(onnx.out().lines().toList())
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("version 1: differs"),
                            line -> assertThat(line)
                                    .contains("1/model.onnx has SHA-256", "it was changed after it was"),
                            line -> assertThat(line).contains("rebuilt from Kafka, both files have the SHA-256"),
                            line -> assertThat(line).startsWith("version 2: identical"));

            model.tamper(1, ModelStore.TRAINING);
            assertThat(model.verify("1").out()).contains("1/model.onnx has SHA-256", "1/training.pb has SHA-256");
            Run child = model.verify("2");
            assertThat(child.exitCode()).isEqualTo(3);
            assertThat(child.out())
                    .contains("version 2: not verified", "its parent is unusable:", "it was changed after");
        }
    }

    @Test
    void whyAVersionCannotBeVerifiedIsSaid(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 1)) {
            model.learn(320);
            model.learn(320);
            OffsetRange first = model.version(1).getLineage().getOffsets(0);
            ModelVersion.Builder ofTwo = model.version(2).toBuilder();
            ofTwo.getLineageBuilder().setTrainers(2);
            ModelVersion.Builder orphan = model.version(2).toBuilder();
            orphan.getLineageBuilder().setParent(1_000_000);
            ModelVersion.Builder future = model.version(2).toBuilder();
            future.getLineageBuilder().getOffsetsBuilder(0).setTo(1_000_000);
            ModelVersion.Builder elsewhere = model.version(2).toBuilder();
            elsewhere.getLineageBuilder().getOffsetsBuilder(0).setPartition(7);

            assertNotVerified(model, model.publishAs(ofTwo), "it is the average of 2 trainers");
            assertNotVerified(model, model.publishAs(orphan), "its parent, version 1000000, is not in the registry");
            assertNotVerified(model, model.publishAs(future), "not the topic that it was");
            assertNotVerified(model, model.publishAs(elsewhere), "has no partition " + model.topic() + "-7");

            deleteRecords(sandbox, model.topic(), first.getTo() - 1);
            assertNotVerified(model, 1, "and Kafka keeps those from %d on (retention)".formatted(first.getTo() - 1));
            assertThat(model.verify("2").exitCode()).isZero();
        }
    }

    private static void assertNotVerified(TrainedModel model, long number, String why) {
        Run run = model.verify("" + number);
        assertThat(run.out()).contains("version %d: not verified".formatted(number), why);
        assertThat(run.exitCode()).isEqualTo(3);
    }

    private static void deleteRecords(Sandbox sandbox, String topic, long before) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.kafka()))) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    @Test
    void aLineageThatIsNotTheTruthIsFound(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 1)) {
            model.learn(320);
            model.learn(320);
            ModelVersion.Builder otherSeed = model.version(1).toBuilder();
            otherSeed.getLineageBuilder().getRecipeBuilder().setSeed(99);
            ModelVersion.Builder fewer = model.version(2).toBuilder();
            OffsetRange offsets = fewer.getLineage().getOffsets(0);
            fewer.getLineageBuilder().getOffsetsBuilder(0).setFrom(offsets.getTo() - 10);

            Run seed = model.verify("" + model.publishAs(otherSeed));
            assertThat(seed.exitCode()).isEqualTo(1);
            assertThat(seed.out())
                    .contains("model.onnx has SHA-256", "when it is rebuilt")
                    .contains("what differs in training.pb: recipe, parameters, updater, averaged");
            Run records = model.verify("" + model.publishAs(fewer));
            assertThat(records.exitCode()).isEqualTo(1);
            assertThat(records.out())
                    .contains("the records in Kafka are not those that it was trained on: partition 0 holds fewer");
        }
    }

    @Test
    void withoutKafkaNothingIsVerified(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 1)) {
            model.learn(320);

            for (String nobody : List.of("localhost:1", "no-port")) {
                Run run = model.run("models", "verify", "1", "--bootstrap-servers", nobody);
                assertThat(run.exitCode()).isEqualTo(3);
                assertThat(run.err())
                        .contains("cannot reach Kafka at " + nobody)
                        .hasLineCount(1);
            }
            Run missing = model.verify("99");
            assertThat(missing.exitCode()).isEqualTo(3);
            assertThat(missing.err())
                    .contains("has no version 99; there are: 1")
                    .hasLineCount(1);
        }
    }
}
