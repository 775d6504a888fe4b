package io.inkstream.operators.publishing;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.StagedVersion;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes staged versions whose checkpoint is complete.
 *
 * <p>Flink may ask for the same commit again, after a failure in the middle or a restore; each of the steps therefore
 * finds out what was done before: files are renamed unless they stand there already, a version is registered unless it
 * is, {@code live} moves unless it is there or further. What fails throws, and the job restarts and commits again:
 * nothing is dropped.
 */
final class VersionCommitter implements Committer<StagedVersion> {

    private static final Logger LOG = LoggerFactory.getLogger(VersionCommitter.class);

    private final ModelStore store;
    private final ModelRegistry registry;

    VersionCommitter(String root, String zookeeper, String model) throws IOException {
        store = ModelStore.open(root, model);
        registry = ModelRegistry.open(zookeeper, model);
    }

    @Override
    public void commit(Collection<CommitRequest<StagedVersion>> requests) throws IOException {
        List<StagedVersion> ascending = requests.stream()
                .map(CommitRequest::getCommittable)
                .sorted(Comparator.comparingLong(staged -> staged.getVersion().getVersion()))
                .toList();
        for (StagedVersion staged : ascending) {
            publish(staged);
        }
    }

    private void publish(StagedVersion staged) throws IOException {
        ModelVersion version = staged.getVersion();
        store.publish(staged.getStaged(), version.getVersion(), List.of(version.getOnnx(), version.getTraining()));
        registry.register(version);
        registry.advanceLive(version.getVersion());
        store.discardStagedUpTo(version.getVersion());
        LOG.info(
                "published version {} of {}: checkpoint {}, {} samples in all",
                version.getVersion(),
                version.getModel(),
                version.getLineage().getCheckpointId(),
                version.getLineage().getTotalSamplesTrained());
    }

    @Override
    public void close() {
        registry.close();
    }
}
