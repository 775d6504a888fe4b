package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what is deployed to the package that it is made from; dist, before this module, makes it. */
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

    @Test
    void theGatewayTakesTheOptionsThatItIsGiven() throws Exception {
        String help = gatewayHelp();
        List<String> given = new ArrayList<>();
        Yaml.read(Path.of("compose.yaml")).at("/services/gateway/command").forEach(word -> given.add(word.asText()));
        for (JsonNode manifest : Yaml.readAll(Path.of("kubernetes/gateway.yaml"))) {
            manifest.at("/spec/template/spec/containers/0/args").forEach(word -> given.add(word.asText()));
        }
        assertThat(given)
                .contains("gateway")
                .filteredOn(word -> !word.equals("gateway"))
                .hasSizeGreaterThan(8)
                .allSatisfy(option -> assertThat(help).contains(option.replaceFirst("=.*", "=")));
    }

    private static String gatewayHelp() throws Exception {
        Process help = new ProcessBuilder(PACKAGE.resolve("bin/inkstream").toString(), "gateway", "--help")
                .redirectErrorStream(true)
                .start();
        String text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(help.waitFor()).as(text).isZero();
        return text;
    }
}
