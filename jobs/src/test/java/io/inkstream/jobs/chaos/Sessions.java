package io.inkstream.jobs.chaos;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Expires the ZooKeeper sessions of others, from outside: whoever knows a session's number and password may connect to it
 * and close it, and its owner finds it expired.
 */
final class Sessions {
    private static final int TIMEOUT_MS = 10_000;
    private static final int PASSWORD_BYTES = 16;
    /** ZooKeeper's server draws a session's password from its number and this, and nothing else. */
    private static final long SERVER_SECRET = 0xB3415C00L;

    private Sessions() {}

    /**
     * Those that own an ephemeral node: of training jobs, scorers, and the JobManager that leads. Not of the one that stands by,
     * within the same moments: Flink may elect both then (CURATOR-696).
     */
    static void expireAll(String zookeeper) throws Exception {
        Set<Long> sessions = new HashSet<>();
        reach(zookeeper, 0, client -> collectOwners(client, "/", sessions));
        if (sessions.isEmpty()) {
            throw new IllegalStateException("nobody has a session at ZooKeeper");
        }
        for (long session : sessions) {
            // To close it is to expire it for its owner.
            reach(zookeeper, session, client -> {});
        }
    }

    private interface Use {
        void of(ZooKeeper client) throws Exception;
    }

    /**
     * Uses a session and closes it, unless it has ended by itself since somebody heard of it.
     *
     * @param session 0 for one of its own
     */
    private static void reach(String zookeeper, long session, Use use) throws Exception {
        byte[] password = new byte[PASSWORD_BYTES];
        if (session != 0) {
            new Random(session ^ SERVER_SECRET).nextBytes(password);
        }
        CompletableFuture<KeeperState> state = new CompletableFuture<>();
        ZooKeeper client =
                new ZooKeeper(zookeeper, TIMEOUT_MS, event -> state.complete(event.getState()), session, password);
        try {
            KeeperState reached = state.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            if (reached == KeeperState.SyncConnected) {
                use.of(client);
            } else if (reached != KeeperState.Expired) {
                throw new IllegalStateException("session %x cannot be taken over: %s".formatted(session, reached));
            }
        } finally {
            client.close();
        }
    }

    private static void collectOwners(ZooKeeper client, String path, Set<Long> sessions) throws Exception {
        try {
            Stat stat = new Stat();
            for (String child : client.getChildren(path, false, stat)) {
                collectOwners(client, (path.equals("/") ? "" : path) + "/" + child, sessions);
            }
            boolean isOnStandBy = path.startsWith("/flink/") && !path.endsWith("/connection_info");
            if (stat.getEphemeralOwner() != 0 && !isOnStandBy) {
                sessions.add(stat.getEphemeralOwner());
            }
        } catch (KeeperException.NoNodeException e) {
            // Gone since it was listed, and its session maybe with it.
            return;
        }
    }
}
