package io.inkstream.jobs;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.UnreachableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses a ZooKeeper that does not answer within seconds, and one without the node that everything is to be below. */
final class ZooKeeperChecks {

    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperChecks.class);

    private ZooKeeperChecks() {}

    static void require(Deployment deployment, Connections connections) {
        try (ModelRegistry registry = ModelRegistry.open(connections.zookeeperAccess(), connections.model())) {
            registry.requireReachable();
        } catch (UnreachableException e) {
            if (deployment != Deployment.APPLICATION) {
                throw refused(e);
            }
            LOG.warn("{}; it is not checked", e.getMessage(), e);
        } catch (RegistryException e) {
            throw refused(e);
        }
    }

    private static RefusedException refused(RegistryException e) {
        return new RefusedException(e.getMessage() + " (--zookeeper)", e);
    }
}
