package io.inkstream.models.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * Tells which versions of a model exist and which one is live.
 *
 * <p>All of it stands in ZooKeeper under {@code /inkstream/<model>}, in JSON. Several processes may use it at once:
 * versions are created once and never change, {@code live} moves by compare-and-set only.
 */
public final class ModelRegistry implements AutoCloseable {

    /** The newest format of its messages that this code reads, and the one that it writes. */
    public static final int FORMAT = 1;

    private static final Pattern MODEL_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final SharedClient client;
    private final CuratorFramework curator;
    private final String versions;
    private final String live;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ModelRegistry(SharedClient client, String model) {
        this.client = client;
        this.curator = client.curator();
        this.versions = "/inkstream/" + model + "/versions";
        this.live = "/inkstream/" + model + "/live";
    }

    /**
     * Opens the registry of a model. Does not wait for a connection: calls fail while there is none, watches wait.
     *
     * @param zookeeper ZooKeeper's connect string, with or without a chroot
     */
    public static ModelRegistry open(String zookeeper, String model) {
        requireModelName(model);
        return new ModelRegistry(SharedClient.acquire(zookeeper), model);
    }

    /**
     * Waits up to ten seconds for a connection, so that a wrong address is told at once and by name.
     *
     * @throws RegistryException when nothing answers
     */
    public void requireReachable() {
        client.requireConnection();
    }

    /**
     * Refuses names that do not fit everything that is derived from a model's name: topics, HDFS paths, znodes and
     * transactional ids.
     */
    public static void requireModelName(String model) {
        if (!MODEL_NAME.matcher(model).matches()) {
            throw new IllegalArgumentException(
                    "model name '%s': use 1 to 63 lower-case letters, digits, dots, dashes and underscores"
                            .formatted(model));
        }
    }

    /**
     * Adds a version. Does nothing where this very version was added before.
     *
     * @throws RegistryException when another version has that number
     */
    public void register(ModelVersion version) {
        String path = path(version.getVersion());
        byte[] json = MetadataJson.write(version).getBytes(UTF_8);
        attempt("register " + path, () -> {
            try {
                return curator.create().creatingParentsIfNeeded().forPath(path, json);
            } catch (KeeperException.NodeExistsException e) {
                ModelVersion registered =
                        MetadataJson.version(path, new String(curator.getData().forPath(path), UTF_8));
                if (!registered.getOnnx().equals(version.getOnnx())
                        || !registered.getTraining().equals(version.getTraining())) {
                    throw new RegistryException(
                            "version %d of this model is registered already, with other contents: does another training job publish under the same --model?"
                                    .formatted(version.getVersion()),
                            e);
                }
                return path;
            }
        });
    }

    public Optional<ModelVersion> version(long number) {
        String path = path(number);
        return read(path).map(node -> MetadataJson.version(path, node.json()));
    }

    /** The numbers of all versions, ascending. */
    public List<Long> versions() {
        return attempt("list " + versions, () -> {
            try {
                return curator.getChildren().forPath(versions).stream()
                        .map(Long::valueOf)
                        .sorted()
                        .toList();
            } catch (KeeperException.NoNodeException e) {
                return List.of();
            }
        });
    }

    public Optional<LivePointer> live() {
        return read(live).map(node -> MetadataJson.live(live, node.json()));
    }

    /** The live pointer with what it points to; empty before a first version is live. */
    public Optional<LiveVersion> liveVersion() {
        return live().map(pointer -> LiveVersion.newBuilder()
                .setPointer(pointer)
                .setVersion(version(pointer.getVersion())
                        .orElseThrow(() -> new RegistryException(
                                "live version %d has no metadata in %s".formatted(pointer.getVersion(), versions))))
                .build());
    }

    /** Makes a version live unless it or a newer one is already. */
    public void advanceLive(long version) {
        while (!tryAdvanceLive(version)) {
            // Somebody else moved the pointer in between: look again.
        }
    }

    private boolean tryAdvanceLive(long version) {
        Optional<Node> node = read(live);
        Optional<LivePointer> current = node.map(n -> MetadataJson.live(live, n.json()));
        if (current.isPresent() && current.get().getVersion() >= version) {
            return true;
        }
        String next = MetadataJson.write(LivePointer.newBuilder()
                .setFormat(FORMAT)
                .setVersion(version)
                .setSince(Timestamps.now())
                .setMove(current.map(LivePointer::getMove).orElse(0L) + 1)
                .build());
        return attempt("move " + live, () -> {
            try {
                if (node.isPresent()) {
                    curator.setData().withVersion(node.get().revision()).forPath(live, next.getBytes(UTF_8));
                } else {
                    curator.create().creatingParentsIfNeeded().forPath(live, next.getBytes(UTF_8));
                }
                return true;
            } catch (KeeperException.BadVersionException | KeeperException.NodeExistsException e) {
                return false;
            }
        });
    }

    /**
     * Tells {@code listener} the live version, now and after each change, from a thread of its own. What is told is what
     * stands in ZooKeeper at that time: moves in quick succession may be seen as one.
     */
    public LiveWatch watchLive(Consumer<LiveVersion> listener) {
        return new LiveWatch(this, curator, live, listener);
    }

    private record Node(String json, int revision) {}

    private Optional<Node> read(String path) {
        return attempt("read " + path, () -> {
            try {
                Stat stat = new Stat();
                byte[] json = curator.getData().storingStatIn(stat).forPath(path);
                return Optional.of(new Node(new String(json, UTF_8), stat.getVersion()));
            } catch (KeeperException.NoNodeException e) {
                return Optional.empty();
            }
        });
    }

    private String path(long version) {
        return versions + "/" + version;
    }

    private <T> T attempt(String what, Callable<T> action) {
        try {
            return action.call();
        } catch (RegistryException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while trying to " + what, e);
        } catch (Exception e) {
            throw new RegistryException("ZooKeeper could not %s: %s".formatted(what, e), e);
        }
    }

    /** Idempotent: the client is shared, and closing twice would take it from another user. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            client.close();
        }
    }
}
