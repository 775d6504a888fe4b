package io.inkstream.models.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;

/**
 * One ZooKeeper client for each connect string and login in this process, closed with its last user.
 *
 * <p>Static on purpose: all tasks of a TaskManager share it, and a closed Curator client leaves a thread behind.
 */
final class SharedClient implements AutoCloseable {

    /** For so long a node of a process that died stays. */
    static final int SESSION_TIMEOUT_MS = 30_000;

    private static final int CONNECTION_TIMEOUT_MS = 5_000;
    private static final Map<ZooKeeperAccess, SharedClient> CLIENTS = new HashMap<>();

    private final ZooKeeperAccess access;
    private final CuratorFramework curator;
    private int users;

    private SharedClient(ZooKeeperAccess access) {
        this.access = access;
        CuratorFrameworkFactory.Builder client = CuratorFrameworkFactory.builder()
                .connectString(access.connect())
                .sessionTimeoutMs(SESSION_TIMEOUT_MS)
                .connectionTimeoutMs(CONNECTION_TIMEOUT_MS)
                .retryPolicy(new ExponentialBackoffRetry(100, 5, 2_000));
        if (access.hasLogin()) {
            client.authorization(access.credentials()).aclProvider(new OwnNodes());
        }
        this.curator = client.build();
        curator.start();
    }

    /** @throws RegistryException where the credentials cannot be read */
    static SharedClient acquire(ZooKeeperAccess access) {
        SharedClient client;
        synchronized (CLIENTS) {
            client = CLIENTS.computeIfAbsent(access, SharedClient::new);
            client.users++;
        }
        return client;
    }

    void requireConnection() {
        try {
            if (!curator.blockUntilConnected(2 * CONNECTION_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                throw new RegistryException("cannot reach ZooKeeper at %s: is it running, and is the address right?"
                        .formatted(access.connect()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while connecting to ZooKeeper at " + access.connect(), e);
        }
    }

    boolean hasLogin() {
        return access.hasLogin();
    }

    CuratorFramework curator() {
        return curator;
    }

    @Override
    public void close() {
        synchronized (CLIENTS) {
            if (--users == 0) {
                CLIENTS.remove(access);
                curator.close();
            }
        }
    }
}
