package io.inkstream.operators.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VersionRebuildTest {
    private static final int BATCH = 8;
    private static final TrainingRecipe RECIPE =
            Networks.recipe("mlp").toBuilder().setBatchSize(BATCH).build();

    @Test
    void usageExample() throws Exception {
        List<Sample> topic = samples(0, 0, 5 * BATCH);
        List<TrainerUpdate> versions = train(topic, 2 * BATCH + 3, topic.size());
        List<Long> progress = new ArrayList<>();

        NetworkState first = VersionRebuild.run(
                Optional.empty(), lineage(versions.get(0)), partitions(topic, versions.get(0)), progress::add);
        NetworkState second = VersionRebuild.run(
                Optional.of(first), lineage(versions.get(1)), partitions(topic, versions.get(1)), progress::add);

        assertThat(first).isEqualTo(versions.get(0).getNetwork());
        assertThat(second).isEqualTo(versions.get(1).getNetwork());
        assertThat(second.toByteArray()).isEqualTo(versions.get(1).getNetwork().toByteArray());
        assertThat(progress).containsExactly(8L, 16L, 8L, 16L, 24L);
    }

    @Test
    void theOrderOfThreePartitionsIsThatOfTheLineage() throws Exception {
        List<Sample> topic = interleaved();
        List<TrainerUpdate> versions = train(topic, 21, 50, topic.size());

        assertThat(versions.get(1).getOrderCount()).isGreaterThan(3);
        assertThat(rebuildAll(topic, versions)).isEqualTo(networks(versions));
    }

    @Test
    void anotherOrderOfTheSameSamplesGivesAnotherNetwork() throws Exception {
        List<Sample> topic = interleaved();
        TrainerUpdate version = train(topic, topic.size()).get(0);
        Lineage.Builder lineage = lineage(version).toBuilder();
        int last = lineage.getOrderCount() - 1;
        lineage.setOrder(0, version.getOrder(1)).setOrder(1, version.getOrder(0));
        assertThat(last).isGreaterThan(1);

        NetworkState rebuilt =
                VersionRebuild.run(Optional.empty(), lineage.build(), partitions(topic, version), trained -> {});
        assertThat(rebuilt.getIteration()).isEqualTo(version.getNetwork().getIteration());
        assertThat(rebuilt.getParameters()).isNotEqualTo(version.getNetwork().getParameters());
    }

    @Test
    void whatWasRejectedOrHeldOutIsPassedOverAndCounted() throws Exception {
        List<Sample> topic = new ArrayList<>(samples(0, 0, 2 * BATCH + 4));
        topic.set(0, TestSamples.gap(0, 0));
        topic.set(5, TestSamples.gap(0, 5));
        topic.set(12, TestSamples.gap(0, 12));
        topic.set(2 * BATCH + 3, TestSamples.gap(0, 2 * BATCH + 3));
        List<TrainerUpdate> versions = train(topic, BATCH + 3, topic.size());

        assertThat(versions).extracting(TrainerUpdate::getSamplesRejected).containsExactly(2L, 1L);
        assertThat(rebuildAll(topic, versions)).isEqualTo(networks(versions));
        List<Sample> heldOut = topic.stream()
                .map(sample -> !sample.getPixels().isEmpty()
                        ? sample
                        : TestSamples.at(0, sample.getOffset()).toBuilder()
                                .setHeldOut(true)
                                .build())
                .toList();
        Lineage lineage = lineage(versions.get(0)).toBuilder()
                .setSamplesRejected(0)
                .setSamplesHeldOut(2)
                .build();
        assertThat(VersionRebuild.run(Optional.empty(), lineage, partitions(heldOut, versions.get(0)), trained -> {}))
                .isEqualTo(versions.get(0).getNetwork());
    }

    @Test
    void theLastMiniBatchMayBeShort() throws Exception {
        List<Sample> topic = samples(0, 0, BATCH + 3);
        TrainerUpdate version;
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            topic.forEach(session::add);
            session.finish();
            version = session.handOn().orElseThrow();
        }

        assertThat(version.getSamplesTrained()).isEqualTo(BATCH + 3);
        assertThat(rebuildAll(topic, List.of(version))).isEqualTo(networks(List.of(version)));
    }

    @Test
    void recordsThatDoNotFitTheLineageAreTold() {
        List<Sample> topic = samples(0, 0, 2 * BATCH);
        TrainerUpdate version = train(topic, topic.size()).get(0);
        List<Sample> fewer = topic.subList(0, topic.size() - 1);
        List<Sample> more = samples(0, 0, topic.size() + 1);
        List<Sample> withGap = new ArrayList<>(topic);
        withGap.add(4, TestSamples.gap(0, 4));

        assertOtherRecords(version, fewer, "partition 0 holds fewer images to train on than were trained on");
        assertOtherRecords(version, more, "partition 0 holds more images to train on than were trained on");
        assertOtherRecords(version, withGap, "0 records of its offsets were rejected, now it would be 1");
        assertOtherRecords(version, List.of(), "fewer");
    }

    private static void assertOtherRecords(TrainerUpdate version, List<Sample> records, String told) {
        assertThatThrownBy(() -> VersionRebuild.run(
                        Optional.empty(), lineage(version), Map.of(0, records.iterator()), trained -> {}))
                .isInstanceOf(OtherRecordsException.class)
                .hasMessageContaining(told);
    }

    @Test
    void otherHyperParametersThanTheParentsAreTakenFromTheLineage() throws Exception {
        List<Sample> topic = samples(0, 0, 2 * BATCH);
        TrainerUpdate parent = train(topic, topic.size()).get(0);
        TrainingRecipe slower = RECIPE.toBuilder().setLearningRate(1e-4).build();
        Lineage lineage = lineage(parent).toBuilder().setRecipe(slower).build();

        NetworkState same = VersionRebuild.run(
                Optional.of(parent.getNetwork()), lineage(parent), partitions(topic, parent), trained -> {});
        NetworkState other =
                VersionRebuild.run(Optional.of(parent.getNetwork()), lineage, partitions(topic, parent), trained -> {});
        assertThat(other.getRecipe()).isEqualTo(slower);
        assertThat(other.getIteration()).isEqualTo(4);
        assertThat(other.getParameters()).isNotEqualTo(same.getParameters());
    }

    @Test
    void averagingMayBeginOrEndWithAVersion() throws Exception {
        List<Sample> topic = samples(0, 0, 2 * BATCH);
        TrainerUpdate parent = train(topic, topic.size()).get(0);
        TrainingRecipe none = RECIPE.toBuilder().clearAveraging().build();
        Lineage without = lineage(parent).toBuilder().setRecipe(none).build();

        NetworkState plain =
                VersionRebuild.run(Optional.of(parent.getNetwork()), without, partitions(topic, parent), trained -> {});
        assertThat(plain.getAveraged()).isEmpty();
        NetworkState averaged =
                VersionRebuild.run(Optional.of(plain), lineage(parent), partitions(topic, parent), trained -> {});
        assertThat(averaged.getAveraged().size())
                .isEqualTo(plain.getParameters().size());
    }

    @Test
    void whatCannotBeRebuiltIsRefusedWithTheReason() {
        List<Sample> topic = samples(0, 0, BATCH);
        TrainerUpdate version = train(topic, BATCH).get(0);
        Lineage sound = lineage(version);
        TrainingRecipe cnn = Networks.recipe("cnn");

        assertNotRebuildable(Optional.empty(), sound.toBuilder().setTrainers(2).build(), "the average of 2 trainers");
        assertNotRebuildable(
                Optional.empty(), sound.toBuilder().setRescaled(true).build(), "number of trainers");
        assertNotRebuildable(
                Optional.empty(), sound.toBuilder().setSamplesTrained(9).build(), "its lineage is damaged: 9 samples");
        assertNotRebuildable(
                Optional.of(version.getNetwork()),
                sound.toBuilder().setRecipe(cnn).build(),
                "it is a cnn and its parent a mlp");
        assertNotRebuildable(Optional.empty(), sound.toBuilder().clearRecipe().build(), "unknown network ''");
    }

    private static void assertNotRebuildable(Optional<NetworkState> parent, Lineage lineage, String why) {
        assertThatThrownBy(() -> VersionRebuild.run(parent, lineage, Map.of(), trained -> {}))
                .isInstanceOf(NotRebuildableException.class)
                .hasMessageContaining(why);
    }

    /** What was handed on after so many samples of the topic, each time. */
    private static List<TrainerUpdate> train(List<Sample> topic, int... barriers) {
        List<TrainerUpdate> versions = new ArrayList<>();
        try (TrainingSession session = TrainingSession.start(DigitNetwork.create(RECIPE))) {
            int done = 0;
            for (int barrier : barriers) {
                topic.subList(done, barrier).forEach(session::add);
                versions.add(session.handOn().orElseThrow());
                done = barrier;
            }
        }
        return versions;
    }

    private static List<NetworkState> rebuildAll(List<Sample> topic, List<TrainerUpdate> versions) throws Exception {
        List<NetworkState> rebuilt = new ArrayList<>();
        Optional<NetworkState> parent = Optional.empty();
        for (TrainerUpdate version : versions) {
            NetworkState network =
                    VersionRebuild.run(parent, lineage(version), partitions(topic, version), trained -> {});
            rebuilt.add(network);
            parent = Optional.of(network);
        }
        return rebuilt;
    }

    private static List<NetworkState> networks(List<TrainerUpdate> versions) {
        return versions.stream().map(TrainerUpdate::getNetwork).toList();
    }

    private static Lineage lineage(TrainerUpdate update) {
        return Lineage.newBuilder()
                .addAllOffsets(update.getOffsetsList())
                .addAllOrder(update.getOrderList())
                .setSamplesTrained(update.getSamplesTrained())
                .setSamplesRejected(update.getSamplesRejected())
                .setRecipe(update.getNetwork().getRecipe())
                .setTrainers(1)
                .build();
    }

    /** The samples of the version's offsets, apart by partition. */
    private static Map<Integer, Iterator<Sample>> partitions(List<Sample> topic, TrainerUpdate version) {
        Map<Integer, Iterator<Sample>> partitions = new HashMap<>();
        for (OffsetRange range : version.getOffsetsList()) {
            partitions.put(
                    range.getPartition(),
                    topic.stream()
                            .filter(sample -> sample.getPartition() == range.getPartition())
                            .filter(sample ->
                                    sample.getOffset() >= range.getFrom() && sample.getOffset() < range.getTo())
                            .iterator());
        }
        return partitions;
    }

    /** Three partitions in turn, a few samples of each, with gaps. */
    private static List<Sample> interleaved() {
        List<Sample> topic = new ArrayList<>();
        long[] next = {0, 100, 7};
        for (int i = 0; i < 80; i++) {
            int partition = i / 5 % 3;
            long offset = next[partition]++;
            topic.add(i % 11 == 4 ? TestSamples.gap(partition, offset) : TestSamples.at(partition, offset));
        }
        return topic;
    }

    private static List<Sample> samples(int partition, long from, int n) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            samples.add(TestSamples.at(partition, from + i));
        }
        return samples;
    }
}
