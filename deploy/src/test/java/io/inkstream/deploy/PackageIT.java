package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the Dockerfiles to the package that they are built from; dist, before this module, makes it. */
class PackageIT {

    private static final Path PACKAGE = Path.of("../dist/target/inkstream-0.1.0");

    @ParameterizedTest
    @ValueSource(strings = {"flink.Dockerfile", "cli.Dockerfile"})
    void whatTheyCopyIsInThePackage(String dockerfile) throws IOException {
        assertThat(PACKAGE).as("the package; mvn -pl dist -am package makes it").isDirectory();
        assertThat(DockerfilesTest.copied(dockerfile))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(PACKAGE.resolve(path)).exists());
    }
}
