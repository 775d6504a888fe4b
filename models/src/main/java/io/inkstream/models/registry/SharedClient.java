package io.inkstream.models.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;

/**
 * One ZooKeeper client for each connect string in this process, closed with its last user.
 *
 * <p>Static on purpose: all tasks of a TaskManager share it, and a closed Curator client leaves a thread behind.
 */
final class SharedClient implements AutoCloseable {

    /** For so long a node of a process that died stays. */
    static final int SESSION_TIMEOUT_MS = 30_000;

    private static final int CONNECTION_TIMEOUT_MS = 5_000;

    /** Long enough for a ZooKeeper that is well. */
    private static final int GLANCE_MS = 2_000;

    private static final Map<String, SharedClient> CLIENTS = new HashMap<>();

    private final String connect;
    private final CuratorFramework curator;
    private int users;

    private SharedClient(String connect) {
        this.connect = connect;
        this.curator = CuratorFrameworkFactory.newClient(
                connect, SESSION_TIMEOUT_MS, CONNECTION_TIMEOUT_MS, new ExponentialBackoffRetry(100, 5, 2_000));
        curator.start();
    }

    static SharedClient acquire(String connect) {
        SharedClient client;
        synchronized (CLIENTS) {
            client = CLIENTS.computeIfAbsent(connect, SharedClient::new);
            client.users++;
        }
        return client;
    }

    /** @throws UnreachableException when none of the servers opens a session; says why */
    void requireConnection() {
        if (isConnectedWithin(GLANCE_MS)) {
            return;
        }
        Ensemble.of(connect).whyNobodyListens().ifPresent(reason -> {
            throw unreachable(reason + ". Is it running, and is the address right?");
        });
        if (!isConnectedWithin(2 * CONNECTION_TIMEOUT_MS)) {
            throw unreachable("somebody listens there and opens no session. Is it ZooKeeper, and has it a quorum?");
        }
    }

    private boolean isConnectedWithin(int millis) {
        try {
            return curator.blockUntilConnected(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while connecting to ZooKeeper at " + connect, e);
        }
    }

    private UnreachableException unreachable(String reason) {
        return new UnreachableException("cannot reach ZooKeeper at %s: %s".formatted(connect, reason));
    }

    /** @throws RegistryException when the node does not exist below which the connect string has everything */
    void requireChroot() {
        try {
            if (curator.checkExists().forPath("/") == null) {
                throw new RegistryException(Ensemble.of(connect).chrootIsMissing());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while asking ZooKeeper at " + connect, e);
        } catch (RegistryException e) {
            throw e;
        } catch (Exception e) {
            throw new RegistryException("ZooKeeper at %s does not answer: %s".formatted(connect, e), e);
        }
    }

    CuratorFramework curator() {
        return curator;
    }

    @Override
    public void close() {
        synchronized (CLIENTS) {
            if (--users == 0) {
                CLIENTS.remove(connect);
                curator.close();
            }
        }
    }
}
