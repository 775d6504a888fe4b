package io.inkstream.operators.live;

import io.inkstream.models.cache.ModelCache;
import io.inkstream.models.cache.ModelFiles;
import io.inkstream.models.registry.ZooKeeperAccess;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Where a model's registry is, where its files are, and where each host keeps copies of them.
 *
 * @param root the URI under which Inkstream keeps its files
 * @param zookeeper where the registry is
 * @param cache a folder on each TaskManager's host; empty for the one in its folder of temporary files
 */
public record ModelSite(String root, ZooKeeperAccess zookeeper, String model, String cache) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** With a ZooKeeper without logins. */
    public ModelSite(String root, String zookeeper, String model, String cache) {
        this(root, ZooKeeperAccess.open(zookeeper), model, cache);
    }

    /** As seen from this host. Asks nobody yet. */
    public ModelFiles files() {
        return new ModelFiles(root, model, cache.isEmpty() ? ModelCache.defaultFolder() : Path.of(cache));
    }
}
