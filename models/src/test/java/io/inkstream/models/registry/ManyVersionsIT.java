package io.inkstream.models.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A registry of which all versions are kept. */
@ExtendWith(SandboxExtension.class)
class ManyVersionsIT {
    private static final int ALL = 60_000;
    private static final int AT_ONCE = 1_000;
    /** Long names, so that fewer fill ZooKeeper's usual largest answer of 1 MB. */
    private static final long FIRST = 100_000_000_000_000_000L;

    @Test
    void areListedAlsoWhereTheirNamesAreMoreThanAMegabyte(Sandbox sandbox) throws Exception {
        String model = sandbox.uniqueName("digits");
        ZooKeeperAccess access = ZooKeeperAccess.open(sandbox.zookeeper());
        try (SharedClient client = SharedClient.acquire(access);
                ModelRegistry registry = ModelRegistry.open(access, model)) {
            Znodes znodes = new Znodes(client, model);
            client.curator().create().creatingParentsIfNeeded().forPath(znodes.versions());
            for (int first = 0; first < ALL; first += AT_ONCE) {
                List<CuratorOp> creations = new ArrayList<>();
                for (int i = first; i < first + AT_ONCE; i++) {
                    creations.add(
                            client.curator().transactionOp().create().forPath(znodes.version(FIRST + i), new byte[0]));
                }
                client.curator().transaction().forOperations(creations);
            }

            assertThat(registry.versions()).hasSize(ALL).contains(FIRST, FIRST + ALL - 1);
        }
    }
}
