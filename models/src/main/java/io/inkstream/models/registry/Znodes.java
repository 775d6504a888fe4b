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
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.Stat;

/** Where one model's registry stands in ZooKeeper, and how its nodes are read and changed, several at once. */
final class Znodes {

    private static final String ROOT = "/inkstream";

    private final SharedClient client;
    private final String folder;

    Znodes(SharedClient client, String model) {
        this.client = client;
        this.folder = ROOT + "/" + model;
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

    String accuracies() {
        return folder + "/accuracy";
    }

    String accuracy(long number) {
        return accuracies() + "/" + number;
    }

    String newest() {
        return folder + "/newest";
    }

    String live() {
        return folder + "/live";
    }

    String candidate() {
        return folder + "/candidate";
    }

    String history() {
        return folder + "/history";
    }

    String move(String name) {
        return history() + "/" + name;
    }

    String scorers() {
        return folder + "/scorers";
    }

    String scorersOf(String job) {
        return scorers() + "/" + job;
    }

    String scorer(String job, int subtask) {
        return scorersOf(job) + "/" + subtask;
    }

    String trainer() {
        return folder + "/trainer";
    }

    String epoch() {
        return folder + "/epoch";
    }

    String claim(String run) {
        return epoch() + "/" + run;
    }

    String batches() {
        return folder + "/batches";
    }

    String batch(String id) {
        return batches() + "/" + id;
    }

    String batchOwner(String id) {
        return batch(id) + "/owner";
    }

    /**
     * Does nothing where there is no such model yet and it may be made.
     *
     * @throws RegistryException where the nodes are another user's; or anybody's, although we log in
     */
    void requireOwn() {
        Optional<Boolean> closed = isClosed(folder);
        if (closed.isEmpty()) {
            isClosed(ROOT);
        } else if (client.hasLogin() && !closed.get()) {
            throw new RegistryException(
                    ("anybody may change %s, which was made without --zookeeper-auth: close it once, with zkCli.sh"
                                    + " logged in as the same user: setAcl -R %s auth::cdrwa")
                            .formatted(folder, folder));
        }
    }

    /** Empty where there is no such node. */
    private Optional<Boolean> isClosed(String path) {
        return attempt("read the ACL of " + path, () -> {
            try {
                return Optional.of(curator().getACL().forPath(path).stream()
                        .noneMatch(acl -> acl.getId().equals(ZooDefs.Ids.ANYONE_ID_UNSAFE)
                                && acl.getPerms() != ZooDefs.Perms.READ));
            } catch (KeeperException.NoNodeException e) {
                return Optional.empty();
            }
        });
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

    /** The names of the nodes below, none where there is no such node, in the order of the alphabet. */
    List<String> list(String path) {
        return attempt("list " + path, () -> {
            try {
                return curator().getChildren().forPath(path).stream().sorted().toList();
            } catch (KeeperException.NoNodeException e) {
                return List.of();
            }
        });
    }

    /** Ascending. */
    List<Long> listVersions() {
        return listNumbers(versions());
    }

    /** The names of the nodes below, which are numbers, ascending. */
    List<Long> listNumbers(String path) {
        return attempt(
                "read the names in " + path,
                () -> list(path).stream().map(Long::valueOf).sorted().toList());
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

    /** 0 where there is none, or it is not known. */
    long readFirst() {
        return read(newest())
                .map(node -> MetadataJson.newest(newest(), node.json()).getFirst())
                .orElse(0L);
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

    /** Does nothing where the node exists. ZooKeeper deletes it when it has lost its last child. */
    void createContainerUnlessThere(String path) {
        attempt("create " + path, () -> {
            try {
                return curator()
                        .create()
                        .creatingParentsIfNeeded()
                        .withMode(CreateMode.CONTAINER)
                        .forPath(path, new byte[0]);
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

    CuratorOp delete(String path, int revision) {
        return attempt(
                "delete " + path,
                () -> curator().transactionOp().delete().withVersion(revision).forPath(path));
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
        } catch (KeeperException.AuthFailedException e) {
            throw new RegistryException(
                    "ZooKeeper does not accept the login, and its client's log says why (--zookeeper-auth)", e);
        } catch (KeeperException.NoAuthException e) {
            throw new RegistryException(
                    "ZooKeeper does not let this user %s, which is another's: who made it must log in (--zookeeper-auth)"
                            .formatted(what),
                    e);
        } catch (Exception e) {
            throw new RegistryException("ZooKeeper could not %s: %s".formatted(what, e), e);
        }
    }

    private static byte[] bytes(Message message) {
        return MetadataJson.write(message).getBytes(UTF_8);
    }
}
