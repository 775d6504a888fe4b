package io.inkstream.models.registry;

import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.ZooKeeper;

/** Ends sessions at the server, as a partition longer than their timeout does. */
final class Sessions {
    private Sessions() {}

    static void expire(SharedClient client, String zookeeper) throws Exception {
        ZooKeeper mine = client.curator().getZookeeperClient().getZooKeeper();
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper twin = new ZooKeeper(
                zookeeper, 30_000, event -> connected.countDown(), mine.getSessionId(), mine.getSessionPasswd());
        connected.await();
        twin.close();
    }

    static long id(SharedClient client) throws Exception {
        return client.curator().getZookeeperClient().getZooKeeper().getSessionId();
    }
}
