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

    void requireConnection() {
        try {
            if (!curator.blockUntilConnected(2 * CONNECTION_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                throw new RegistryException(
                        "cannot reach ZooKeeper at %s: is it running, and is the address right?".formatted(connect));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while connecting to ZooKeeper at " + connect, e);
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
