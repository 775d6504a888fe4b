package io.inkstream.models.registry;

import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;

/** Moves live as somebody with rights to ZooKeeper could: without asking the scorers. */
final class Live {
    private Live() {}

    /** Makes a version live, unless it or a newer one is already, or live is pinned. */
    static void advance(ModelRegistry registry, long version) {
        Znodes znodes = registry.znodes();
        while (true) {
            Standing standing = Standing.read(znodes);
            if (standing.liveVersion() >= version || standing.isPinned()) {
                return;
            }
            Stored<ModelVersion> stored = Standing.readVersion(znodes, version)
                    .orElseThrow(() ->
                            new RegistryException("version %d is not in %s".formatted(version, znodes.versions())));
            Transition advance = new Transition(znodes, Fence.NONE, standing, Timestamps.now()).given(stored);
            advance.moveLive(Move.newBuilder().setTo(version).setBy("a test").build(), false);
            if (advance.commit("move " + znodes.live())) {
                return;
            }
        }
    }
}
