package io.inkstream.models.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SandboxExtension.class)
class RootCheckIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        String root = sandbox.hdfs() + "/" + sandbox.uniqueName("root");

        new RootCheck(root, PATIENCE).requireWritable(List.of(root + "/models/digits", root + "/checkpoints"));
    }

    @ParameterizedTest
    @CsvSource({
        "hdfs://localhost:1/inkstream, Connection refused",
        "hdfs://no-such-host.invalid:8020/inkstream, no host no-such-host.invalid is known here",
        "hdfs:///inkstream, no host"
    })
    void whereNobodyListensItIsSaidWithinSeconds(String root, String reason) {
        assertThatThrownBy(() -> new RootCheck(root, PATIENCE).requireWritable(List.of(root)))
                .isInstanceOf(StoreUnreachableException.class)
                .hasMessageContainingAll("cannot reach HDFS at " + root + ": ", reason);
    }

    @Test
    void whoListensAndDoesNotAnswerIsNotWaitedForLongerThanThat() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String root = "hdfs://localhost:" + silent.getLocalPort();

            assertThatThrownBy(() -> new RootCheck(root, Duration.ofSeconds(1)).requireWritable(List.of(root)))
                    .isInstanceOf(StoreUnreachableException.class)
                    .hasMessageContaining("no answer for 1 s");
        }
    }

    @Test
    void safeModeTakesNoFiles(Sandbox sandbox) throws Exception {
        String root = sandbox.hdfs() + "/inkstream";
        try (FileSystem files = FileSystem.newInstance(URI.create(root), new Configuration())) {
            DistributedFileSystem hdfs = (DistributedFileSystem) files;
            hdfs.setSafeMode(SafeModeAction.ENTER);
            try {
                assertThatThrownBy(() -> new RootCheck(root, PATIENCE).requireWritable(List.of(root)))
                        .isInstanceOf(StoreUnreachableException.class)
                        .hasMessageContainingAll("in safe mode", "hdfs dfsadmin -safemode wait");
            } finally {
                hdfs.setSafeMode(SafeModeAction.LEAVE);
            }
        }
    }

    @Test
    void aFileIsNoFolder(Sandbox sandbox) throws Exception {
        String file = sandbox.hdfs() + "/" + sandbox.uniqueName("file");
        try (FileSystem files = FileSystem.newInstance(URI.create(file), new Configuration())) {
            files.createNewFile(new org.apache.hadoop.fs.Path(file));
        }

        assertThatThrownBy(() -> new RootCheck(file, PATIENCE).requireWritable(List.of(file + "/models/digits")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file + " is a file");
    }

    /** The sandbox lets everybody write; this NameNode does not. */
    @Test
    void whoMayNotWriteThereIsTold(@TempDir Path folder) throws Exception {
        Configuration settings = new Configuration();
        settings.setBoolean("dfs.permissions.enabled", true);
        try (MiniDFSCluster hdfs = new MiniDFSCluster.Builder(settings, folder.toFile())
                .numDataNodes(0)
                .build()) {
            String root = hdfs.getURI() + "/inkstream";
            RootCheck check = new RootCheck(root, PATIENCE);
            check.requireWritable(List.of(root));

            PrivilegedExceptionAction<Void> asAlice = () -> {
                check.requireWritable(List.of(root));
                return null;
            };
            assertThatThrownBy(
                            () -> UserGroupInformation.createRemoteUser("alice").doAs(asAlice))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContainingAll("does not let alice", "Permission denied", "HADOOP_USER_NAME");
        }
    }
}
