package io.inkstream.jobs;

import io.inkstream.models.network.Networks;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.operators.training.TrainingPlan;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.common.TopicPartition;

/** Makes a training job's plan of its options, and of the version that it goes on from. */
final class TrainingPlans {

    private TrainingPlans() {}

    /** @throws IllegalArgumentException when the version to go on from is not there, is not of that network, or does not go with the options */
    static TrainingPlan of(TrainingOptions options) {
        Connections connections = options.connections();
        ModelVersion from = options.fromVersion().isPresent()
                ? version(connections, options.fromVersion().getAsLong())
                : ModelVersion.getDefaultInstance();
        return new TrainingPlan(
                recipe(options, from),
                connections.root(),
                connections.zookeeperAccess(),
                connections.model(),
                options.parallelism(),
                from);
    }

    /** Of options that are fine by themselves, and may not be with what the version was trained by. */
    private static TrainingRecipe recipe(TrainingOptions options, ModelVersion from) {
        if (from.getVersion() == 0) {
            return options.recipe().recipe();
        }
        TrainingRecipe recipe = options.recipe().recipe(from.getLineage().getRecipe());
        try {
            Networks.of(recipe);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "with what version %d was trained by (--from-version), the options do not go together: %s"
                            .formatted(from.getVersion(), e.getMessage()),
                    e);
        }
        return recipe;
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
