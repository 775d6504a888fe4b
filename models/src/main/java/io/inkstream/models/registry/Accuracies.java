package io.inkstream.models.registry;

import io.inkstream.models.registry.Znodes.Node;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;

/** How versions read what they serve: a node for each, which is there no longer than the version. */
final class Accuracies {

    private static final byte[] NOTHING = {};

    private final Znodes znodes;

    Accuracies(Znodes znodes) {
        this.znodes = znodes;
    }

    Optional<LiveEvaluation> read(long version) {
        String path = znodes.accuracy(version);
        return znodes.read(path).map(node -> MetadataJson.accuracy(path, node.json()));
    }

    /** Ascending by version. */
    Map<Long, LiveEvaluation> readAll() {
        Map<Long, LiveEvaluation> all = new TreeMap<>();
        for (long version : znodes.listNumbers(znodes.accuracies())) {
            // It may have been deleted meanwhile.
            read(version).ifPresent(accuracy -> all.put(version, accuracy));
        }
        return all;
    }

    /** Returns false where there is no such version. */
    boolean write(LiveEvaluation accuracy) {
        long version = accuracy.getVersion();
        znodes.createUnlessThere(znodes.accuracies(), NOTHING);
        while (true) {
            Optional<Node> registered = znodes.read(znodes.version(version));
            if (registered.isEmpty()) {
                return false;
            }
            String path = znodes.accuracy(version);
            CuratorOp write = znodes.read(path)
                    .map(node -> znodes.set(path, node.revision(), accuracy))
                    .orElseGet(() -> znodes.create(path, CreateMode.PERSISTENT, accuracy));
            CuratorOp stillThere =
                    znodes.check(znodes.version(version), registered.get().revision());
            if (znodes.tryAll("write " + path, List.of(stillThere, write))) {
                return true;
            }
        }
    }

    /** To go with the version's own node. Fails where somebody writes the first accuracy in between. */
    List<CuratorOp> delete(long version) {
        znodes.createUnlessThere(znodes.accuracies(), NOTHING);
        String path = znodes.accuracy(version);
        Optional<Node> node = znodes.read(path);
        if (node.isPresent()) {
            return List.of(znodes.delete(path));
        }
        // ZooKeeper cannot check that there is none; but it cannot be created where there is one.
        return List.of(
                znodes.create(path, CreateMode.PERSISTENT, LiveEvaluation.getDefaultInstance()), znodes.delete(path));
    }
}
