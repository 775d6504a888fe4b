package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException.NoAuthException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.apache.zookeeper.server.auth.SASLAuthenticationProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whose nodes they are, and what others may do with them. */
@ExtendWith(SandboxExtension.class)
class ZooKeeperLoginIT {
    private static final String JOB = "0a".repeat(16);

    @TempDir
    private Path folder;

    private String connect;

    /** So that the other tests' registries stay open to everybody. */
    @BeforeEach
    void takeAChroot(Sandbox sandbox) throws Exception {
        String chroot = "/" + sandbox.uniqueName("login");
        try (SharedClient client = SharedClient.acquire(ZooKeeperAccess.open(sandbox.zookeeper()))) {
            client.curator().create().forPath(chroot);
        }
        connect = sandbox.zookeeper() + chroot;
    }

    @Test
    void usageExample() throws Exception {
        ZooKeeperAccess ours = login("inkstream:s3cret");
        try (ModelRegistry registry = fill(ours)) {
            registry.requireReachable();
            assertThat(registry.live().orElseThrow().getVersion()).isEqualTo(1);
        }
        // Another process, say.
        try (ModelRegistry registry = ModelRegistry.open(login("inkstream:s3cret"), "digits")) {
            registry.requireReachable();
            new Rollout(registry).pin(1, "somebody", "it is good");
            assertThat(registry.live().orElseThrow().getPinned()).isTrue();
        }
    }

    @Test
    void everyNodeIsItsCreatorsAlone() throws Exception {
        ZooKeeperAccess ours = login("inkstream:s3cret");
        Id id = new Id("digest", DigestAuthenticationProvider.generateDigest("inkstream:s3cret"));
        try (ModelRegistry registry = fill(ours);
                TrainerLease lease = TrainerLease.acquire(ours, "digits", JOB, Duration.ZERO);
                ScorerPresence scorer = ScorerPresence.announce(ours, "digits", JOB, 0, 1);
                SharedClient client = SharedClient.acquire(ours)) {
            lease.verify();
            assertThat(scorer).isNotNull();
            await().atMost(Duration.ofMinutes(1)).until(() -> registry.scorers().size() == 1);

            List<String> nodes = below(client.curator(), "/inkstream");
            assertThat(nodes)
                    .contains(
                            "/inkstream",
                            "/inkstream/digits/live",
                            "/inkstream/digits/trainer",
                            "/inkstream/digits/scorers/" + JOB + "/0");
            for (String node : nodes) {
                assertThat(client.curator().getACL().forPath(node))
                        .as(node)
                        .containsExactly(new ACL(ZooDefs.Perms.ALL, id));
            }
        }
    }

    @Test
    void nobodyElseReadsThemOrMovesLive() throws Exception {
        try (ModelRegistry registry = fill(login("inkstream:s3cret"))) {
            for (ZooKeeperAccess other : List.of(login("inkstream:guessed"), ZooKeeperAccess.open(connect))) {
                try (ModelRegistry theirs = ModelRegistry.open(other, "digits");
                        SharedClient client = SharedClient.acquire(other)) {
                    assertThatThrownBy(theirs::requireReachable)
                            .isInstanceOf(RegistryException.class)
                            .hasMessageContainingAll("does not let this user", "--zookeeper-auth");
                    assertThatThrownBy(() -> new Rollout(theirs).pin(1, "mallory", "mine"))
                            .isInstanceOf(RegistryException.class)
                            .hasMessageContaining("--zookeeper-auth");
                    assertThatThrownBy(() -> client.curator().setData().forPath("/inkstream/digits/live"))
                            .isInstanceOf(NoAuthException.class);
                    assertThatThrownBy(() -> client.curator().delete().forPath("/inkstream/digits/live"))
                            .isInstanceOf(NoAuthException.class);
                }
                try (ModelRegistry theirs = ModelRegistry.open(other, "letters")) {
                    assertThatThrownBy(theirs::requireReachable).hasMessageContaining("/inkstream, which is another's");
                }
            }
            assertThat(registry.live().orElseThrow().getPinned()).isFalse();
        }
    }

    @Test
    void aRegistryFromBeforeThereWasALoginIsClosedFirst() throws Exception {
        fill(ZooKeeperAccess.open(connect)).close();
        ZooKeeperAccess ours = login("inkstream:s3cret");
        try (ModelRegistry registry = ModelRegistry.open(ours, "digits");
                SharedClient client = SharedClient.acquire(ours)) {
            assertThatThrownBy(registry::requireReachable)
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContainingAll("anybody may change", "setAcl -R /inkstream/digits auth::cdrwa");

            for (String node : below(client.curator(), "/inkstream/digits")) {
                client.curator()
                        .setACL()
                        .withACL(List.of(new ACL(ZooDefs.Perms.ALL, new Id("auth", ""))))
                        .forPath(node);
            }
            registry.requireReachable();
        }
    }

    /**
     * The server takes its section of the JAAS configuration at its start; other tests go on without. ZooKeeper has no
     * DIGEST-MD5 unless FIPS mode is off.
     */
    @Test
    void aLoginBySaslIsZooKeepersOwn(Sandbox sandbox) throws Exception {
        Configuration before = Configuration.getConfiguration();
        String provider = "zookeeper.authProvider.sasl";
        System.setProperty(provider, SASLAuthenticationProvider.class.getName());
        System.setProperty("zookeeper.fips-mode", "false");
        ProviderRegistry.addOrUpdateProvider(provider);
        sandbox.stopZooKeeper();
        try {
            Configuration.setConfiguration(new Jaas());
            sandbox.startZooKeeper();
            ZooKeeperAccess ours = new ZooKeeperAccess(connect, ZooKeeperAccess.SASL);
            try (ModelRegistry registry = fill(ours);
                    SharedClient client = SharedClient.acquire(ours)) {
                registry.requireReachable();
                for (String node : below(client.curator(), "/inkstream")) {
                    assertThat(client.curator().getACL().forPath(node))
                            .as(node)
                            .containsExactly(new ACL(ZooDefs.Perms.ALL, new Id("sasl", "inkstream")));
                }
            }
        } finally {
            sandbox.stopZooKeeper();
            Configuration.setConfiguration(before);
            System.clearProperty(provider);
            System.clearProperty("zookeeper.fips-mode");
            sandbox.startZooKeeper();
        }
    }

    private ZooKeeperAccess login(String user) throws Exception {
        Path file = folder.resolve(Integer.toHexString(user.hashCode()));
        Files.writeString(file, "digest:" + user);
        return new ZooKeeperAccess(connect, file.toString());
    }

    private static ModelRegistry fill(ZooKeeperAccess access) {
        ModelRegistry registry = ModelRegistry.open(access, "digits");
        registry.register(version(1));
        Live.advance(registry, 1);
        return registry;
    }

    private static List<String> below(CuratorFramework client, String node) throws Exception {
        List<String> nodes = new ArrayList<>(List.of(node));
        for (String child : client.getChildren().forPath(node)) {
            nodes.addAll(below(client, node + "/" + child));
        }
        return nodes;
    }

    private static final class Jaas extends Configuration {

        @Override
        public AppConfigurationEntry[] getAppConfigurationEntry(String section) {
            return switch (section) {
                case "Server" -> section(Map.of("user_inkstream", "s3cret"));
                case "Client" -> section(Map.of("username", "inkstream", "password", "s3cret"));
                default -> null;
            };
        }

        private static AppConfigurationEntry[] section(Map<String, String> options) {
            return new AppConfigurationEntry[] {
                new AppConfigurationEntry(DigestLoginModule.class.getName(), LoginModuleControlFlag.REQUIRED, options)
            };
        }
    }
}
