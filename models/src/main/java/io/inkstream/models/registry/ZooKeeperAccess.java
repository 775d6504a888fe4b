package io.inkstream.models.registry;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.curator.framework.AuthInfo;

/**
 * Where ZooKeeper is, and as whom to log in there.
 *
 * <p>It may stand in a job graph, where everybody sees it: of credentials it holds the file's path only. Whoever makes a
 * client reads the file on its own host.
 *
 * @param connect ZooKeeper's connect string, with or without a chroot
 * @param auth the absolute path of a file with a line {@code digest:user:password} for each user; {@link #SASL}; or empty:
 *     log in as nobody, and create nodes that anybody may change
 */
public record ZooKeeperAccess(String connect, String auth) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The login is ZooKeeper's own, by the section {@code Client} of the JVM's JAAS configuration. */
    public static final String SASL = "sasl";

    private static final String DIGEST = "digest";
    private static final int MAX_BYTES = 64 << 10;

    public ZooKeeperAccess {
        if (!auth.isEmpty() && !auth.equals(SASL) && !Path.of(auth).isAbsolute()) {
            throw new IllegalArgumentException(
                    // Not what was given: it may be a password, which belongs into the file.
                    "--zookeeper-auth: give %s, or a file's absolute path, at which each host has it".formatted(SASL));
        }
    }

    /** Logs in as nobody. */
    public static ZooKeeperAccess open(String connect) {
        return new ZooKeeperAccess(connect, "");
    }

    /** Whether nodes belong to who creates them. */
    boolean hasLogin() {
        return !auth.isEmpty();
    }

    /** @throws RegistryException where this host has no such file, or it holds something else; never says what */
    List<AuthInfo> credentials() {
        if (!hasLogin() || auth.equals(SASL)) {
            return List.of();
        }
        List<AuthInfo> users = read().lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(this::user)
                .toList();
        if (users.isEmpty()) {
            throw unusable("it has no line digest:user:password");
        }
        return users;
    }

    private String read() {
        Path file = Path.of(auth);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw unusable("it is larger than %d bytes".formatted(MAX_BYTES));
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new RegistryException(
                    "cannot read the ZooKeeper credentials in %s, which must be on this host: %s (--zookeeper-auth)"
                            .formatted(auth, e),
                    e);
        }
    }

    private AuthInfo user(String line) {
        String[] parts = line.split(":", 3);
        if (parts.length < 3 || !parts[0].equals(DIGEST) || parts[1].isEmpty() || parts[2].isEmpty()) {
            throw unusable("a line in it is not digest:user:password");
        }
        return new AuthInfo(DIGEST, (parts[1] + ":" + parts[2]).getBytes(StandardCharsets.UTF_8));
    }

    private RegistryException unusable(String why) {
        return new RegistryException("%s has no ZooKeeper credentials: %s (--zookeeper-auth)".formatted(auth, why));
    }
}
