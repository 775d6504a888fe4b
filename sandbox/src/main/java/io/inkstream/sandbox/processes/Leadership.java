package io.inkstream.sandbox.processes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;

/** Which JobManager leads, as ZooKeeper tells Flink's clients. */
record Leadership(String zookeeper, String clusterId) {
    private static final int SESSION_TIMEOUT_MS = 5_000;

    /** The address of the leader's REST; of the last one, where there is none now. */
    @SuppressWarnings("try") // close() may be interrupted, as all here may
    String rest() throws IOException, InterruptedException {
        String path = HighAvailabilityOptions.HA_ZOOKEEPER_ROOT.defaultValue() + clusterId
                + "/leader/rest_server/connection_info";
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
