package io.inkstream.sandbox.processes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** The election among JobManagers, in ZooKeeper: who leads, as Flink's clients are told. */
record Leadership(String zookeeper, String clusterId) {
    private static final int SESSION_TIMEOUT_MS = 5_000;

    /**
     * Makes the parent of the JobManagers' election, so that it stays. Flink's own goes when it is found empty, as between the
     * expiry of all sessions and their return, and Flink's Curator 5.4 then elects nobody any more (CURATOR-724).
     */
    @SuppressWarnings("try") // close() may be interrupted, as all here may
    void keepElection() throws IOException, InterruptedException {
        String path = "";
        try (ZooKeeper session = new ZooKeeper(zookeeper, SESSION_TIMEOUT_MS, event -> {})) {
            for (String name : (root() + "/leader/latch").substring(1).split("/", -1)) {
                path += "/" + name;
                create(session, path);
            }
        } catch (KeeperException e) {
            throw new IOException("ZooKeeper does not take " + path, e);
        }
    }

    private static void create(ZooKeeper session, String path) throws KeeperException, InterruptedException {
        if (session.exists(path, false) == null) {
            session.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
    }

    private String root() {
        return HighAvailabilityOptions.HA_ZOOKEEPER_ROOT.defaultValue() + clusterId;
    }

    /** The address of the leader's REST; of the last one, where there is none now. */
    @SuppressWarnings("try") // close() may be interrupted, as all here may
    String rest() throws IOException, InterruptedException {
        String path = root() + "/leader/rest_server/connection_info";
        try (ZooKeeper session = new ZooKeeper(zookeeper, SESSION_TIMEOUT_MS, event -> {});
                ObjectInputStream in =
                        new ObjectInputStream(new ByteArrayInputStream(session.getData(path, false, null)))) {
            // Flink writes the address as text, and then an object that is of no interest here.
            return in.readUTF();
        } catch (KeeperException e) {
            throw new IOException("ZooKeeper names no leader of Flink at " + path, e);
        }
    }
}
