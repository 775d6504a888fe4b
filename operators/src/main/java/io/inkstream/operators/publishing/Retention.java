package io.inkstream.operators.publishing;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.TrainerLease;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes old versions.
 *
 * <p>What stays: the newest few, the live one, the candidate, the one to roll back to, and each that somebody {@link Need
 * needs}. The metadata goes first, then the files, so that a version that is registered always has its files; files of
 * which the metadata is gone, after a crash in between, go with the next run. Numbers are never used again, so no folder
 * below the newest number without metadata can be one that is still to be registered. What was published before ZooKeeper
 * lost its data stays: the registry does not know whether it is needed.
 */
final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /** A reason not to delete a version. */
    interface Need {
        boolean needs(ModelVersion version) throws IOException;
    }

    private final int keep;
    private final ModelStore store;
    private final ModelRegistry registry;
    private final TrainerLease lease;
    private final List<Need> needs;

    /** @param keep how many of the newest versions stay in any case; 0: all */
    Retention(int keep, ModelStore store, ModelRegistry registry, TrainerLease lease, List<Need> needs) {
        this.keep = keep;
        this.store = store;
        this.registry = registry;
        this.lease = lease;
        this.needs = needs;
    }

    void run() throws IOException {
        if (keep > 0) {
            deleteMetadata();
            deleteFiles();
        }
    }

    private void deleteMetadata() throws IOException {
        List<Long> versions = registry.versions();
        for (long number : versions.subList(0, Math.max(0, versions.size() - keep))) {
            if (!isNeeded(number)) {
                lease.deleteUnlessLive(number);
            }
        }
    }

    private boolean isNeeded(long number) throws IOException {
        Optional<ModelVersion> version = registry.version(number);
        for (Need need : needs) {
            if (version.isPresent() && need.needs(version.get())) {
                return true;
            }
        }
        return false;
    }

    private void deleteFiles() throws IOException {
        Set<Long> registered = new HashSet<>(registry.versions());
        long newest = registry.newest().orElse(0);
        long first = registry.first();
        // A process that stood still between these would take its successor's versions for files without metadata.
        lease.verify();
        for (long number : store.versions()) {
            if (first <= number && number < newest && !registered.contains(number)) {
                store.delete(number);
                LOG.info("deleted version {}: not one of the newest {}, not live, not needed", number, keep);
            }
        }
    }
}
