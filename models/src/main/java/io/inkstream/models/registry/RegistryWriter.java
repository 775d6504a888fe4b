package io.inkstream.models.registry;

import io.inkstream.models.registry.Znodes.Node;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NewestVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;

/**
 * Changes a model's registry, each change one transaction together with what a {@link Fence} asks for.
 *
 * <p>A transaction that fails because somebody was there in between is made up anew from what stands there then.
 */
final class RegistryWriter {

    private static final byte[] NOTHING = {};

    private final Znodes znodes;
    private final Fence fence;

    RegistryWriter(Znodes znodes, Fence fence) {
        this.znodes = znodes;
        this.fence = fence;
    }

    /** Adds a version and makes it the newest; returns false where this very version was registered before. */
    boolean register(ModelVersion version) {
        String path = znodes.version(version.getVersion());
        while (true) {
            fence.verify();
            Optional<Node> registered = znodes.read(path);
            if (registered.isPresent()) {
                requireSame(MetadataJson.version(path, registered.get().json()), version);
                return false;
            }
            znodes.createUnlessThere(znodes.versions(), NOTHING);
            List<CuratorOp> operations = new ArrayList<>(fence.checks());
            operations.add(znodes.create(path, CreateMode.PERSISTENT, version));
            raiseNewest(version.getVersion()).ifPresent(operations::add);
            if (znodes.tryAll("register " + path, operations)) {
                return true;
            }
        }
    }

    private static void requireSame(ModelVersion registered, ModelVersion version) {
        if (!registered.getOnnx().equals(version.getOnnx())
                || !registered.getTraining().equals(version.getTraining())) {
            throw new RegistryException(
                    "version %d of this model is registered already, with other contents: does another training job publish under the same --model?"
                            .formatted(version.getVersion()));
        }
    }

    private Optional<CuratorOp> raiseNewest(long number) {
        String path = znodes.newest();
        Optional<Node> node = znodes.read(path);
        if (node.isEmpty()) {
            return Optional.of(znodes.create(path, CreateMode.PERSISTENT, firstNewest(number)));
        }
        NewestVersion before = MetadataJson.newest(path, node.get().json());
        NewestVersion next = before.toBuilder()
                .setVersion(Math.max(before.getVersion(), number))
                .setFirst(Math.min(before.getFirst(), number))
                .build();
        return next.equals(before)
                ? Optional.empty()
                : Optional.of(znodes.set(path, node.get().revision(), next));
    }

    /** There may be versions already, in a registry of before there was a pointer to the newest. */
    private NewestVersion firstNewest(long number) {
        List<Long> versions = znodes.listVersions();
        return NewestVersion.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setVersion(Math.max(number, versions.isEmpty() ? 0 : versions.get(versions.size() - 1)))
                .setFirst(versions.isEmpty() ? number : Math.min(number, versions.get(0)))
                .build();
    }

    /**
     * Removes a version's metadata; returns false where the version is live, or to be, or the one to roll back to, and
     * stays.
     */
    boolean deleteUnlessLive(long version) {
        while (true) {
            fence.verify();
            // First the node: whoever makes it the candidate, or live, after that writes its state, too.
            Optional<Node> node = znodes.read(znodes.version(version));
            if (node.isEmpty()) {
                return true;
            }
            Standing standing = Standing.read(znodes);
            if (standing.isLive(version) || standing.isCandidate(version) || isPrevious(version, standing)) {
                return false;
            }
            List<CuratorOp> operations = new ArrayList<>(fence.checks());
            standing.live().ifPresent(live -> operations.add(znodes.check(znodes.live(), live.revision())));
            operations.add(znodes.delete(znodes.version(version), node.get().revision()));
            operations.addAll(new Accuracies(znodes).delete(version));
            if (znodes.tryAll("delete " + znodes.version(version), operations)) {
                return true;
            }
        }
    }

    private boolean isPrevious(long version, Standing standing) {
        OptionalLong previous = new History(znodes).before(standing.liveVersion());
        return previous.isPresent() && previous.getAsLong() == version;
    }
}
