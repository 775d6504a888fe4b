package io.inkstream.operators.publishing;

import io.inkstream.models.registry.FencedException;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Progress;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.TrainerLease;
import io.inkstream.models.store.ModelStore;
import io.inkstream.models.store.StoreException;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes staged versions whose checkpoint is complete.
 *
 * <p>Flink may ask for the same commit again, after a failure in the middle or a restore; each of the steps therefore
 * finds out what was done before: files are renamed unless they stand there already, a version is registered unless it
 * is, it is judged and proposed unless it was. What fails throws, and the job restarts and commits again:
 * nothing is dropped. Only a job that has lost its model to another one ends, and publishes nothing more.
 */
final class VersionCommitter implements Committer<StagedVersion> {

    private static final Logger LOG = LoggerFactory.getLogger(VersionCommitter.class);

    private final ModelStore store;
    private final ModelRegistry registry;
    private final TrainerLease lease;
    private final Gate gate;
    private final Retention retention;
    private final PublishingMetrics metrics;

    /** Takes over the lease and the registry, and closes them. */
    VersionCommitter(
            ModelStore store,
            ModelRegistry registry,
            TrainerLease lease,
            Gate gate,
            Retention retention,
            PublishingMetrics metrics) {
        this.store = store;
        this.registry = registry;
        this.lease = lease;
        this.gate = gate;
        this.retention = retention;
        this.metrics = metrics;
    }

    @Override
    public void commit(Collection<CommitRequest<StagedVersion>> requests) throws IOException {
        List<StagedVersion> ascending = requests.stream()
                .map(CommitRequest::getCommittable)
                .sorted(Comparator.comparingLong(staged -> staged.getVersion().getVersion()))
                .toList();
        try {
            for (StagedVersion staged : ascending) {
                commit(staged);
            }
            deleteOldVersions();
        } catch (FencedException e) {
            throw new SuppressRestartsException(e);
        }
    }

    private void commit(StagedVersion staged) throws IOException {
        ModelVersion version = staged.getVersion();
        long number = version.getVersion();
        lease.verify();
        Optional<ModelVersion> known = registry.version(number);
        if (known.isPresent() && !VersionFiles.artifacts(known.get()).equals(VersionFiles.artifacts(version))) {
            throw superseded(version);
        }
        if (known.isEmpty() && number <= registry.newest().orElse(0)) {
            LOG.info("version {} of {} was published once and is deleted since", number, version.getModel());
        } else {
            publish(staged);
        }
        store.discardStagedUpTo(number);
    }

    /** No restart would help: the files of this one are deleted, and another has its number. */
    private static SuppressRestartsException superseded(ModelVersion version) {
        return new SuppressRestartsException(new StoreException(
                ("this savepoint's version %d is not the version %d that is published: after the savepoint the job went back to"
                                + " an earlier checkpoint and made that version anew. Start from a version (--from-version"
                                + " %d), or from a later savepoint")
                        .formatted(version.getVersion(), version.getVersion(), version.getVersion())));
    }

    private void publish(StagedVersion staged) throws IOException {
        ModelVersion version = staged.getVersion();
        putInPlace(staged);
        boolean isNew = lease.register(version);
        propose(version.getVersion());
        if (isNew) {
            metrics.published(version);
        }
        LOG.info(
                "published version {} of {}: checkpoint {}, {} samples in all",
                version.getVersion(),
                version.getModel(),
                version.getLineage().getCheckpointId(),
                version.getLineage().getTotalSamplesTrained());
    }

    /** Only once: what came of it stands in the registry, and may have been changed by somebody since. */
    private void propose(long number) {
        ModelVersion version = registry.version(number).orElseThrow();
        if (version.getState() == VersionState.PUBLISHED && version.getReason().isEmpty()) {
            Optional<String> objection =
                    gate.objection(version, registry.liveVersion().map(LiveVersion::getVersion));
            if (objection.isPresent()) {
                LOG.warn("version {} of {} does not go live: {}", number, version.getModel(), objection.get());
                metrics.rejected();
                lease.reject(number, objection.get());
            } else if (gate.policy() != Gate.Policy.MANUAL) {
                lease.propose(number, "newer, and not worse");
            }
        }
        advance();
    }

    /** For where no scorer is there to do so: also with what has waited until the candidate is settled. */
    private void advance() {
        Progress step = lease.advance();
        while (step instanceof Progress.Moved) {
            step = lease.advance();
        }
    }

    private void putInPlace(StagedVersion staged) throws IOException {
        ModelVersion version = staged.getVersion();
        List<Artifact> artifacts = VersionFiles.artifacts(version);
        try {
            store.publish(staged.getStaged(), version.getVersion(), artifacts);
        } catch (StoreException e) {
            // A job that died, or was fenced, between the rename and the registration may have left its files under the
            // number that is now ours.
            lease.verify();
            boolean registered = registry.version(version.getVersion()).isPresent();
            Optional<String> aside = registered ? Optional.empty() : store.setAside(version.getVersion());
            if (aside.isEmpty()) {
                throw e;
            }
            LOG.warn(
                    "version {} had other files in place that nobody registered; they are in {} now",
                    version.getVersion(),
                    aside.get(),
                    e);
            store.publish(staged.getStaged(), version.getVersion(), artifacts);
        }
    }

    /** What cannot be deleted now is deleted with a later version: no reason to stop publishing. */
    private void deleteOldVersions() {
        try {
            retention.run();
        } catch (FencedException e) {
            throw e;
        } catch (IOException | RegistryException e) {
            LOG.warn("could not delete old versions; trying again after the next one", e);
        }
    }

    @Override
    public void close() {
        try {
            lease.close();
        } finally {
            registry.close();
        }
    }
}
