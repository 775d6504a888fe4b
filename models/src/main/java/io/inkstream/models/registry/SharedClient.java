package io.inkstream.models.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;

/**
 * One ZooKeeper client for each connect string and login in this process, closed with its last user.
 *
 * <p>Static on purpose: all tasks of a TaskManager share it, and a closed Curator client leaves a thread behind.
 */
final class SharedClient implements AutoCloseable {

    /** For so long a node of a process that died stays. */
    static final int SESSION_TIMEOUT_MS = 30_000;

    private static final int CONNECTION_TIMEOUT_MS = 5_000;

    /** Long enough for a ZooKeeper that is well. */
    private static final int GLANCE_MS = 2_000;

    private static final int LARGEST_ANSWER = 64 << 20;
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
                .retryPolicy(new ExponentialBackoffRetry(100, 5, 2_000))
                .zkClientConfig(largeAnswers());
        if (access.hasLogin()) {
            client.authorization(access.credentials()).aclProvider(new OwnNodes());
        }
        this.curator = client.build();
        curator.start();
    }

    /** ZooKeeper's own 1 MB are the names of some 100,000 versions: a week's, where all are kept. */
    private static ZKClientConfig largeAnswers() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKConfig.JUTE_MAXBUFFER, Integer.toString(LARGEST_ANSWER));
        return config;
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

    /** @throws UnreachableException when none of the servers opens a session; says why */
    void requireConnection() {
        if (isConnectedWithin(GLANCE_MS)) {
            return;
        }
        Ensemble.of(access.connect()).whyNobodyListens().ifPresent(reason -> {
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
            throw new RegistryException("interrupted while connecting to ZooKeeper at " + access.connect(), e);
        }
    }

    private UnreachableException unreachable(String reason) {
        return new UnreachableException("cannot reach ZooKeeper at %s: %s".formatted(access.connect(), reason));
    }

    /** @throws RegistryException when the node does not exist below which the connect string has everything */
    void requireChroot() {
        try {
            if (curator.checkExists().forPath("/") == null) {
                throw new RegistryException(Ensemble.of(access.connect()).chrootIsMissing());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while asking ZooKeeper at " + access.connect(), e);
        } catch (RegistryException e) {
            throw e;
        } catch (Exception e) {
            throw new RegistryException("ZooKeeper at %s does not answer: %s".formatted(access.connect(), e), e);
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
