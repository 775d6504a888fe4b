package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.sandbox.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.data.Stat;

/** Loses, keeps and restores what ZooKeeper knows. */
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
        try (CuratorFramework client = client(connections)) {
            client.delete().deletingChildrenIfNeeded().forPath(node(connections));
        }
    }

    /** Writes all nodes of a model that outlast its jobs into a file, with their data, a line each. */
    static void save(Connections connections, Path file) throws Exception {
        try (CuratorFramework client = client(connections)) {
            List<String> lines = new ArrayList<>();
            save(client, node(connections), "", lines);
            Files.write(file, lines);
        }
    }

    private static void save(CuratorFramework client, String root, String path, List<String> lines) throws Exception {
        Stat stat = new Stat();
        byte[] data = client.getData().storingStatIn(stat).forPath(root + path);
        if (stat.getEphemeralOwner() == 0 && !path.equals("/scorers")) {
            lines.add(path + " " + new String(data, UTF_8).replaceAll("\\s*\\n\\s*", " "));
            for (String child : client.getChildren().forPath(root + path)) {
                save(client, root, path + "/" + child, lines);
            }
        }
    }

    /** Makes the nodes of a model that {@link #save} found. */
    static void restore(Path file, Connections connections) throws Exception {
        try (CuratorFramework client = client(connections)) {
            for (String line : Files.readAllLines(file)) {
                int end = line.indexOf(' ');
                client.create()
                        .orSetData()
                        .creatingParentsIfNeeded()
                        .forPath(
                                node(connections) + line.substring(0, end),
                                line.substring(end + 1).getBytes(UTF_8));
            }
        }
    }

    private static String node(Connections connections) {
        return "/inkstream/" + connections.model();
    }

    private static CuratorFramework client(Connections connections) {
        CuratorFramework client = CuratorFrameworkFactory.newClient(connections.zookeeper(), new RetryOneTime(100));
        client.start();
        return client;
    }
}
