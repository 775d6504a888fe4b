package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Ends the sessions of all clients of a ZooKeeper in this JVM, by its own management bean: they find them expired. */
final class Sessions {

    private Sessions() {}

    /** @param zookeeper its connect string */
    static void expire(String zookeeper) throws Exception {
        String port = zookeeper.substring(zookeeper.indexOf(':') + 1);
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        Set<ObjectName> connections = beans.queryNames(
                new ObjectName("org.apache.ZooKeeperService:name0=StandaloneServer_port" + port
                        + ",name1=Connections,name2=*,name3=*"),
                null);
        assertThat(connections).isNotEmpty();
        for (ObjectName connection : connections) {
            beans.invoke(connection, "terminateSession", null, null);
        }
    }
}
