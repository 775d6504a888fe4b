package io.inkstream.jobs;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.operators.training.TrainingPlan;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.common.TopicPartition;

/** Makes a training job's plan of its options, and of the version that it goes on from. */
final class TrainingPlans {

    private TrainingPlans() {}

    /** @throws IllegalArgumentException when the version to go on from is not there, or not of that network */
    static TrainingPlan of(TrainingOptions options) {
        Connections connections = options.connections();
        ModelVersion from = options.fromVersion().isPresent()
                ? version(connections, options.fromVersion().getAsLong())
                : ModelVersion.getDefaultInstance();
        return new TrainingPlan(
                from.getVersion() == 0
                        ? options.recipe().recipe()
                        : options.recipe().recipe(from.getLineage().getRecipe()),
                connections.root(),
                connections.zookeeperAccess(),
                connections.model(),
                options.parallelism(),
                from);
    }

    private static ModelVersion version(Connections connections, long number) {
        try (ModelRegistry registry = ModelRegistry.open(connections.zookeeperAccess(), connections.model())) {
            registry.requireReachable();
            return registry.version(number)
                    .orElseThrow(
                            () -> new IllegalArgumentException("--from-version %d: model %s has no such version, but %s"
                                    .formatted(number, connections.model(), registry.versions())));
        }
    }

    /** Where the version to go on from ended; the beginning for the partitions that it has not seen. */
    static OffsetsInitializer startingOffsets(TrainingPlan plan) {
        return plan.from().getVersion() == 0
                ? OffsetsInitializer.earliest()
                : OffsetsInitializer.offsets(plan.from().getLineage().getTotalOffsetsList().stream()
                        .collect(Collectors.toMap(
                                range -> new TopicPartition(range.getTopic(), range.getPartition()),
                                range -> range.getTo())));
    }
}
