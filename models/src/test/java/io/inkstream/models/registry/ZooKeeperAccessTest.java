package io.inkstream.models.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZooKeeperAccessTest {

    @TempDir
    private Path folder;

    @Test
    void aPasswordThatStandsWhereTheFileIsToBeNamedIsNotRepeated() {
        assertThatThrownBy(() -> new ZooKeeperAccess("z:1", "digest:joe:s3cret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--zookeeper-auth")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void usageExample() throws Exception {
        ZooKeeperAccess access = access("# for training and scoring\n\n digest:inkstream:s3cret:with:colons \n");

        assertThat(access.credentials()).singleElement().satisfies(user -> {
            assertThat(user.getScheme()).isEqualTo("digest");
            assertThat(user.getAuth()).isEqualTo("inkstream:s3cret:with:colons".getBytes(UTF_8));
        });
    }

    @Test
    void itTakesThePathAlongAndNotTheSecret() throws Exception {
        ByteArrayOutputStream serialized = new ByteArrayOutputStream();
        ZooKeeperAccess access = access("digest:inkstream:s3cret");
        access.credentials();
        new ObjectOutputStream(serialized).writeObject(access);

        assertThat(serialized.toString(UTF_8)).contains(access.auth()).doesNotContain("s3cret");
        assertThat(access.toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret", "digest:s3cret", "digest::s3cret", "x509:inkstream:s3cret", "# s3cret", ""})
    void whatIsNoLoginIsRefusedWithoutBeingTold(String line) throws Exception {
        assertThatThrownBy(access(line)::credentials)
                .isInstanceOf(RegistryException.class)
                .hasMessageContainingAll(folder.toString(), "digest:user:password", "--zookeeper-auth")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aFileThatIsNotHereOrTooLargeIsRefused() throws Exception {
        ZooKeeperAccess missing =
                new ZooKeeperAccess("localhost:1", folder.resolve("missing").toString());
        assertThatThrownBy(() -> ModelRegistry.open(missing, "digits"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContainingAll(missing.auth(), "this host", "--zookeeper-auth");
        assertThatThrownBy(access("#".repeat((64 << 10) + 1))::credentials)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("larger than 65536 bytes");
    }

    /** It would be another file in the folder of each process. */
    @Test
    void aPathIsAbsolute() {
        assertThatThrownBy(() -> new ZooKeeperAccess("localhost:1", "auth"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absolute path");
        assertThat(new ZooKeeperAccess("localhost:1", "sasl").credentials()).isEmpty();
    }

    private ZooKeeperAccess access(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("auth"), content);
        return new ZooKeeperAccess("localhost:1", file.toString());
    }
}
