package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the checks make of HDFS, ZooKeeper and the environment, by where a job is submitted from. */
class ServerChecksTest {

    private static final String NOBODY = "localhost:1";

    @ParameterizedTest
    @CsvSource({
        "inkstream, folder of each host",
        "/inkstream, folder of each host",
        "file:/inkstream, folder of each host",
        "FILE:///inkstream, folder of each host",
        "s3a://bucket/inkstream, is in s3a",
        "hdfs ://namenode/inkstream, no URI"
    })
    void aRootThatIsNotInHdfsIsRefused(String root, String reason) {
        assertThatThrownBy(() -> HdfsChecks.requireHdfs(Deployment.CLIENT, root))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("--root '" + root + "'", reason, "hdfs://namenode:8020/inkstream");
    }

    @Test
    void aRootOnThisHostServesWhereAllOfTheClusterIsInThisProcess() {
        assertThatCode(() -> HdfsChecks.requireHdfs(Deployment.LOCAL, "file:/inkstream"))
                .doesNotThrowAnyException();
        assertThatCode(() -> HdfsChecks.requireWritable(Deployment.LOCAL, "file:/inkstream", "file:/inkstream/models"))
                .doesNotThrowAnyException();
    }

    @Test
    void anHdfsThatIsAwayIsRefusedButNotWhereTheJobWaitsForIt() {
        String root = "hdfs://" + NOBODY + "/inkstream";

        assertThatThrownBy(() -> HdfsChecks.requireWritable(Deployment.CLIENT, root, root))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("cannot reach HDFS at " + root, "Connection refused", "--root");
        assertThatCode(() -> HdfsChecks.requireWritable(Deployment.APPLICATION, root, root))
                .doesNotThrowAnyException();
    }

    @Test
    void aZooKeeperThatIsAwayIsRefusedButNotWhereTheJobWaitsForIt() {
        Connections connections = new Connections("digits", NOBODY, NOBODY, "hdfs://" + NOBODY);

        assertThatThrownBy(() -> ZooKeeperChecks.require(Deployment.CLIENT, connections))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("cannot reach ZooKeeper at " + NOBODY, "Connection refused", "--zookeeper");
        assertThatCode(() -> ZooKeeperChecks.require(Deployment.APPLICATION, connections))
                .doesNotThrowAnyException();
    }

    @Test
    void threadsOfOpenMpAreAskedForWhereTheTasksRunInThisProcess() {
        assertThatThrownBy(() -> NativesChecks.requireForTraining(Deployment.LOCAL, Map.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("OMP_NUM_THREADS is not set", "export OMP_NUM_THREADS=1");
        assertThatCode(() -> NativesChecks.requireForTraining(Deployment.LOCAL, Map.of("OMP_NUM_THREADS", "1")))
                .doesNotThrowAnyException();
        assertThatCode(() -> NativesChecks.requireForTraining(Deployment.CLIENT, Map.of()))
                .doesNotThrowAnyException();
    }
}
