package io.inkstream.models.registry;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.Znodes.Node;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NewestVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        long newest = znodes.readNewest().orElse(0);
        NewestVersion next = NewestVersion.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setVersion(Math.max(newest, number))
                .build();
        if (node.isEmpty()) {
            return Optional.of(znodes.create(path, CreateMode.PERSISTENT, next));
        }
        return number > newest ? Optional.of(znodes.set(path, node.get().revision(), next)) : Optional.empty();
    }

    /** Makes a version live unless it or a newer one is already. */
    void advanceLive(long version) {
        while (true) {
            fence.verify();
            Optional<Node> node = znodes.read(znodes.live());
            Optional<LivePointer> current = node.map(n -> MetadataJson.live(znodes.live(), n.json()));
            if (current.isPresent() && current.get().getVersion() >= version) {
                return;
            }
            // For its parent, which a first version may find missing.
            znodes.createUnlessThere(znodes.versions(), NOTHING);
            LivePointer next = LivePointer.newBuilder()
                    .setFormat(ModelRegistry.FORMAT)
                    .setVersion(version)
                    .setSince(Timestamps.now())
                    .setMove(current.map(LivePointer::getMove).orElse(0L) + 1)
                    .build();
            List<CuratorOp> operations = new ArrayList<>(fence.checks());
            operations.add(
                    node.isPresent()
                            ? znodes.set(znodes.live(), node.get().revision(), next)
                            : znodes.create(znodes.live(), CreateMode.PERSISTENT, next));
            if (znodes.tryAll("move " + znodes.live(), operations)) {
                return;
            }
        }
    }

    /** Removes a version's metadata; returns false where the version is live, and stays. */
    boolean deleteUnlessLive(long version) {
        while (true) {
            fence.verify();
            Optional<Node> live = znodes.read(znodes.live());
            if (live.isPresent()
                    && MetadataJson.live(znodes.live(), live.get().json()).getVersion() == version) {
                return false;
            }
            if (znodes.read(znodes.version(version)).isEmpty()) {
                return true;
            }
            List<CuratorOp> operations = new ArrayList<>(fence.checks());
            live.ifPresent(node -> operations.add(znodes.check(znodes.live(), node.revision())));
            operations.add(znodes.delete(znodes.version(version)));
            if (znodes.tryAll("delete " + znodes.version(version), operations)) {
                return true;
            }
        }
    }
}
