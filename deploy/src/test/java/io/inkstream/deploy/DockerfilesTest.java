package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the Dockerfiles without an engine; that what they copy is there is {@link PackageIT}'s. */
class DockerfilesTest {

    private static final Pattern COPY = Pattern.compile("COPY (?:--chown=\\S+ )?(\\S+) (\\S+)");

    @ParameterizedTest
    @ValueSource(strings = {"flink.Dockerfile", "cli.Dockerfile"})
    void theyStartFromAVersionAndDoNotRunAsRoot(String file) throws IOException {
        List<String> lines = lines(file);
        assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
                .singleElement()
                .satisfies(line -> Images.requirePinned(line.substring("FROM ".length())));
        assertThat(lines).anyMatch(line -> line.startsWith("USER ") && !line.equals("USER root"));
        assertThat(lines)
                .allMatch(line ->
                        line.isBlank() || line.matches("(#|FROM|COPY|RUN|ENV|USER|WORKDIR|ENTRYPOINT|CMD) ?.*"));
    }

    /** The paths that a Dockerfile copies, relative to the package. */
    static List<String> copied(String file) throws IOException {
        return lines(file).stream()
                .filter(line -> line.startsWith("COPY "))
                .map(line -> {
                    Matcher copy = COPY.matcher(line);
                    assertThat(copy.matches()).as(line).isTrue();
                    return copy.group(1);
                })
                .toList();
    }

    private static List<String> lines(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.toList();
        }
    }
}
