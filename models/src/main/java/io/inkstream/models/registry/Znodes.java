package io.inkstream.models.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/** Where one model's registry stands in ZooKeeper, and how its nodes are read and changed, several at once. */
final class Znodes {

    private final SharedClient client;
    private final String folder;

    Znodes(SharedClient client, String model) {
        this.client = client;
        this.folder = "/inkstream/" + model;
    }

    CuratorFramework curator() {
        return client.curator();
    }

    String versions() {
        return folder + "/versions";
    }

    String version(long number) {
        return versions() + "/" + number;
    }

    String newest() {
        return folder + "/newest";
    }

    String live() {
        return folder + "/live";
    }

    String trainer() {
        return folder + "/trainer";
    }

    String epoch() {
        return folder + "/epoch";
    }

    /** @param session the one with which an ephemeral node goes, 0 for others */
    record Node(String json, int revision, long session) {}

    Optional<Node> read(String path) {
        return attempt("read " + path, () -> {
            try {
                Stat stat = new Stat();
                byte[] json = curator().getData().storingStatIn(stat).forPath(path);
                return Optional.of(new Node(new String(json, UTF_8), stat.getVersion(), stat.getEphemeralOwner()));
            } catch (KeeperException.NoNodeException e) {
                return Optional.empty();
            }
        });
    }

    /** Ascending. */
    List<Long> listVersions() {
        return attempt("list " + versions(), () -> {
            try {
                return curator().getChildren().forPath(versions()).stream()
                        .map(Long::valueOf)
                        .sorted()
                        .toList();
            } catch (KeeperException.NoNodeException e) {
                return List.of();
            }
        });
    }

    /** Falls back to what is listed, for a registry of before there was a pointer to the newest. */
    OptionalLong readNewest() {
        Optional<Node> node = read(newest());
        if (node.isPresent()) {
            return OptionalLong.of(
                    MetadataJson.newest(newest(), node.get().json()).getVersion());
        }
        return listVersions().stream().mapToLong(Long::longValue).max();
    }

    /** Does nothing where the node exists. */
    void createUnlessThere(String path, byte[] data) {
        attempt("create " + path, () -> {
            try {
                return curator().create().creatingParentsIfNeeded().forPath(path, data);
            } catch (KeeperException.NodeExistsException e) {
                return path;
            }
        });
    }

    CuratorOp check(String path, int revision) {
        return attempt(
                "check " + path,
                () -> curator().transactionOp().check().withVersion(revision).forPath(path));
    }

    CuratorOp create(String path, CreateMode mode, Message message) {
        return attempt(
                "create " + path,
                () -> curator().transactionOp().create().withMode(mode).forPath(path, bytes(message)));
    }

    CuratorOp set(String path, int revision, Message message) {
        return attempt(
                "set " + path,
                () -> curator().transactionOp().setData().withVersion(revision).forPath(path, bytes(message)));
    }

    CuratorOp delete(String path) {
        return attempt(
                "delete " + path, () -> curator().transactionOp().delete().forPath(path));
    }

    /**
     * Does all of it or nothing.
     *
     * @return false where a node was not as the operations expect it: look again
     */
    boolean tryAll(String what, List<CuratorOp> operations) {
        return attempt(what, () -> {
            try {
                curator().transaction().forOperations(operations);
                return true;
            } catch (KeeperException.BadVersionException
                    | KeeperException.NodeExistsException
                    | KeeperException.NoNodeException e) {
                return false;
            }
        });
    }

    <T> T attempt(String what, Callable<T> action) {
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

    private static byte[] bytes(Message message) {
        return MetadataJson.write(message).getBytes(UTF_8);
    }
}
