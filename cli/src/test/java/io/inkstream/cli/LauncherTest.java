package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs ./inkstream in a copy of the repository that holds only what it looks at, with a java and an mvn that report. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path REPOSITORY =
            Path.of(System.getProperty("basedir", ".")).resolve("..");

    @TempDir
    Path temp;

    private Path home;
    private Path tools;

    @BeforeEach
    void layOut() throws IOException {
        home = Files.createDirectories(temp.resolve("home with blank"));
        tools = Files.createDirectories(temp.resolve("tools"));
        Files.copy(REPOSITORY.resolve("inkstream"), home.resolve("inkstream"));
        write(home.resolve("pom.xml"), "");
        write(home.resolve("cli/pom.xml"), "");
        write(home.resolve("cli/src/main/java/A.java"), "");
        write(home.resolve("cli/target/inkstream-cli-0.1.0.jar"), "");
        write(home.resolve("cli/target/classpath"), "/lib/a.jar:/lib/b.jar");
        ageEverything();
        program(
                "java",
                "if [ \"$1\" = -version ]; then echo 'openjdk version \"17.0.1\"' >&2; exit; fi; "
                        + "pwd; for a in \"$@\"; do echo \"<$a>\"; done; echo OMP=$OMP_NUM_THREADS");
        program("javac", "exit 0");
        program("mvn", "echo mvn \"$@\"; touch built; exit ${MVN_EXIT:-0}");
        for (String name :
                List.of("bash", "find", "head", "sed", "dirname", "readlink", "mktemp", "touch", "cat", "rm")) {
            program(name, "exec " + which(name) + " \"$@\"");
        }
    }

    @Test
    void usageExample() throws Exception {
        Result run = inkstream(Map.of(), "produce", "my digits/train", "--rate", "5", "");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).contains("<produce>", "<my digits/train>", "OMP=1", "<>");
        assertThat(run.lines())
                .contains("<" + home.toRealPath() + "/cli/target/inkstream-cli-0.1.0.jar:/lib/a.jar:/lib/b.jar>");
        assertThat(run.lines().get(0)).isEqualTo(temp.toRealPath().toString());
        assertThat(home.resolve("built")).doesNotExist();
    }

    @Test
    void theJvmOptionsAreThoseOfTheRepository() throws Exception {
        assertThat(inkstream(Map.of()).lines()).contains("<@" + home.toRealPath() + "/jvm.options>");
        assertThat(REPOSITORY.resolve("jvm.options")).exists();
    }

    @Test
    void inThePackageItTakesWhatIsThere() throws Exception {
        Path unpacked = Files.createDirectories(temp.resolve("inkstream 0.1.0")).toRealPath();
        Files.createDirectories(unpacked.resolve("bin"));
        Files.copy(REPOSITORY.resolve("inkstream"), unpacked.resolve("bin/inkstream"));
        write(unpacked.resolve("cli/jvm.options"), "");

        Result run = run(unpacked.resolve("bin/inkstream"), Map.of(), "models", "list");
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .contains("<@" + unpacked + "/cli/jvm.options>", "<-Dinkstream.home=" + unpacked + ">", "<models>")
                .contains("<%1$s/cli/*:%1$s/jobs/*:%1$s/lib/*>".formatted(unpacked));
        assertThat(home.resolve("built")).doesNotExist();
    }

    @Test
    void heapAndFurtherOptionsComeFromTheEnvironment() throws Exception {
        Result run = inkstream(Map.of("INKSTREAM_HEAP", "3g", "INKSTREAM_JAVA_OPTS", "-Da=1 -Db=2"));

        assertThat(run.lines()).contains("<-Xmx3g>", "<-Da=1>", "<-Db=2>");
    }

    @Test
    void hadoopsConfigurationIsWhereTheEnvironmentSays() throws Exception {
        Result run = inkstream(Map.of("HADOOP_CONF_DIR", "/etc/hadoop"));

        assertThat(run.lines()).anyMatch(line -> line.endsWith(":/lib/b.jar:/etc/hadoop>"));
    }

    @Test
    void itIsFoundThroughSymbolicLinks() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("home with blank/inkstream"));
        Files.createDirectories(temp.resolve("bin"));
        Path linkToLink = Files.createSymbolicLink(temp.resolve("bin/ink"), link);

        assertThat(run(linkToLink, Map.of()).exitCode()).isZero();
    }

    @Test
    void itBuildsWhenASourceOrAPomIsNewerAndOnlyThen() throws Exception {
        for (String changed : List.of("cli/src/main/java/A.java", "cli/src/main/java", "pom.xml", "cli/pom.xml")) {
            Files.deleteIfExists(home.resolve("built"));
            Files.setLastModifiedTime(home.resolve(changed), inSeconds(-5));
            Files.setLastModifiedTime(home.resolve("cli/target/classpath"), inSeconds(-10));

            Result run = inkstream(Map.of());
            assertThat(run.exitCode()).isZero();
            assertThat(run.lines()).contains("Building Inkstream (first run downloads dependencies) …");
            assertThat(home.resolve("built")).exists();

            Files.delete(home.resolve("built"));
            inkstream(Map.of());
            assertThat(home.resolve("built")).doesNotExist();
        }
    }

    @Test
    void itBuildsWhenThereIsNothingYet() throws Exception {
        Files.delete(home.resolve("cli/target/classpath"));
        program("mvn", "echo \"$@\" > built; echo /lib/c.jar > cli/target/classpath");

        assertThat(inkstream(Map.of()).output()).contains("/lib/c.jar");
        assertThat(home.resolve("built")).hasContent("-q -B -Dquick -DskipTests -pl cli -am package");
    }

    @Test
    void aBuildThatFailsShowsItsOutputAndStartsNothing() throws Exception {
        Files.delete(home.resolve("cli/target/classpath"));

        Result run = inkstream(Map.of("MVN_EXIT", "1"));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("mvn -q -B", "inkstream: the build failed")
                .doesNotContain("OMP=");
    }

    @Test
    void withoutMavenItSaysSo() throws Exception {
        Files.delete(home.resolve("cli/target/classpath"));
        Files.delete(tools.resolve("mvn"));

        Result run = inkstream(Map.of());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("inkstream: Maven is needed");
    }

    @Test
    void withoutAJavaThatWillDoItSaysSo() throws Exception {
        assertThat(inkstream(Map.of("JAVA_HOME", "/nowhere")).output()).contains("JAVA_HOME is /nowhere");
        program("java", "echo 'java version \"1.8.0_402\"' >&2");
        assertThat(inkstream(Map.of()).output()).contains("is Java 1;", "17 or newer");
        Files.delete(tools.resolve("java"));
        Result run = inkstream(Map.of());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("inkstream: no Java found");
    }

    private record Result(int exitCode, String output) {
        List<String> lines() {
            return output.lines().toList();
        }
    }

    private Result inkstream(Map<String, String> environment, String... args) throws Exception {
        return run(home.resolve("inkstream"), environment, args);
    }

    /** With nothing on the PATH but what the test has put there. */
    private Result run(Path launcher, Map<String, String> environment, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("TMPDIR", temp.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private void program(String name, String script) throws IOException {
        Path file = tools.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** Folders too: the launcher looks at their time. */
    private void ageEverything() throws IOException {
        try (Stream<Path> paths = Files.walk(home)) {
            for (Path path : paths.toList()) {
                Files.setLastModifiedTime(path, inSeconds(-60));
            }
        }
    }

    private static FileTime inSeconds(int seconds) {
        return FileTime.fromMillis(System.currentTimeMillis() + 1000L * seconds);
    }

    private static Path which(String name) {
        return List.of("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin").stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
