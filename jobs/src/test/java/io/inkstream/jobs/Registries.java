package io.inkstream.jobs;

import io.inkstream.sandbox.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;

/** Loses what ZooKeeper knows. */
final class Registries {

    private Registries() {}

    /** All there is on the disk of a sandbox's ZooKeeper that does not run. */
    static void delete(Sandbox sandbox) throws Exception {
        try (Stream<Path> files = Files.walk(sandbox.folder().resolve("zookeeper"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What a running ZooKeeper knows of one model. */
    static void delete(Connections connections) throws Exception {
        try (CuratorFramework client =
                CuratorFrameworkFactory.newClient(connections.zookeeper(), new RetryOneTime(100))) {
            client.start();
            client.delete().deletingChildrenIfNeeded().forPath("/inkstream/" + connections.model());
        }
    }
}
