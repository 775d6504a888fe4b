package io.inkstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;

/** Looks at what users get: the archive, and the folder that it was packed from. */
class PackageIT {

    private static final Path FOLDER = only(Path.of("target"), "inkstream-[0-9.]+");
    private static final String NAME = FOLDER.getFileName().toString();

    /** Annotations and the like, which others have packed into jars of their own; and what their shading has left. */
    private static final Set<String> HARMLESS = Set.of(
            "META-INF/",
            "javax/annotation/",
            "javax/activation/",
            "com/sun/activation/",
            "com/google/thirdparty/publicsuffix/");

    @Test
    void itHasItsPartsAndNothingElse() {
        assertThat(names(FOLDER))
                .containsExactly("CHANGELOG.md", "README.md", "bin", "cli", "conf", "docs", "jobs", "lib", "samples");
        assertThat(names(FOLDER.resolve("bin"))).containsExactly("inkstream");
        assertThat(names(FOLDER.resolve("jobs"))).containsExactly(NAME.replace("inkstream", "inkstream-jobs") + ".jar");
        assertThat(names(FOLDER.resolve("conf")))
                .containsExactly("config.yaml", "job.yaml", "log4j-console.properties", "log4j.properties");
        assertThat(names(FOLDER.resolve("docs"))).contains("operations.md");
        assertThat(names(FOLDER.resolve("samples"))).contains("LICENSE", "digits-images-idx3-ubyte.gz");
    }

    @Test
    void theJobJarHoldsInkstreamOnly() throws IOException {
        List<String> entries = entries(only(FOLDER.resolve("jobs"), ".*"));

        assertThat(entries)
                .contains(
                        "io/inkstream/jobs/TrainingJob.class",
                        "io/inkstream/jobs/ScoringJob.class",
                        "io/inkstream/jobs/FeedbackJob.class",
                        "io/inkstream/operators/scoring/Scorer.class",
                        "io/inkstream/models/network/DigitNetwork.class",
                        "io/inkstream/schemas/v1/Image.class")
                .noneMatch(entry -> entry.startsWith("io/inkstream/sandbox"))
                .allMatch(entry -> entry.startsWith("io/inkstream/")
                        || entry.startsWith("inkstream/v1/")
                        || entry.equals("META-INF/MANIFEST.MF"));
    }

    /** So the order of jars is of no consequence, and what is in the job jar is replaced with it. */
    @Test
    void noClassIsTwice() throws IOException {
        Map<String, List<String>> places = new TreeMap<>();
        for (String part : List.of("jobs", "lib", "cli")) {
            for (Path jar : jars(part)) {
                for (String entry : entries(jar)) {
                    if (entry.endsWith(".class")
                            && !entry.endsWith("module-info.class")
                            && HARMLESS.stream().noneMatch(entry::startsWith)) {
                        places.computeIfAbsent(entry, key -> new ArrayList<>()).add(part + "/" + jar.getFileName());
                    }
                }
            }
        }

        assertThat(places).hasSizeGreaterThan(10_000);
        places.values().removeIf(jars -> jars.size() == 1);
        assertThat(places).isEmpty();
    }

    @Test
    void libHasWhatFlinkLacksAndOnlyThat() {
        List<String> lib = names(FOLDER.resolve("lib"));

        for (String needed : List.of(
                "nd4j-native",
                "deeplearning4j-nn",
                "javacpp",
                "openblas",
                "onnxruntime",
                "hadoop-client-api",
                "hadoop-client-runtime",
                "flink-connector-kafka",
                "kafka-clients",
                "curator-recipes",
                "zookeeper",
                "protobuf-java",
                "picocli",
                "zstd-jni",
                "inkstream-nd4j")) {
            assertThat(lib).anyMatch(jar -> jar.matches(needed + "-[0-9].*"));
        }
        assertThat(lib)
                .filteredOn(jar -> jar.startsWith("flink-") || jar.startsWith("inkstream-"))
                .hasSize(2);
        assertThat(lib)
                .noneMatch(
                        jar -> jar.matches("(slf4j|log4j|logback|snakeyaml|kryo|frocksdbjni|lz4-java|snappy-java|jsr305"
                                + "|commons-(cli|codec|collections|compress|io|lang3|math3|text))-[0-9].*"));
    }

    @Test
    void thereIsOneLoggingBindingAndItIsTheCommandLines() throws IOException {
        assertThat(jarsWith("lib", "org/slf4j/impl/StaticLoggerBinder.class")).isEmpty();
        assertThat(jarsWith("lib", "META-INF/services/org.slf4j.spi.SLF4JServiceProvider"))
                .isEmpty();
        assertThat(jarsWith("cli", "org/slf4j/impl/StaticLoggerBinder.class")).hasSize(1);
    }

    @Test
    void theShimIsWhereDl4jLooks() throws IOException {
        assertThat(jarsWith("lib", "org/nd4j/nativeblas/Nd4jCpu$Environment.class"))
                .singleElement()
                .asString()
                .contains("nd4j");
    }

    /** Of those that have a jar for each platform; ONNX Runtime's and RocksDB's have them all in one. */
    @Test
    void nativesAreTheHosts() {
        assertThat(names(FOLDER.resolve("lib")))
                .filteredOn(jar -> jar.matches(
                        "(nd4j-native|nd4j-native-preset|openblas|javacpp)-[0-9].*-[a-z]+-[a-z0-9_]+(-onednn)?\\.jar"))
                .hasSize(4)
                .allMatch(jar -> jar.contains("-" + Loader.getPlatform()));
    }

    @Test
    void theArchiveIsTheFolder() throws IOException {
        Set<String> packed = new TreeSet<>();
        Set<Instant> times = new TreeSet<>();
        try (InputStream file = Files.newInputStream(archive());
                TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                times.add(entry.getLastModifiedTime().toInstant());
                if (entry.isFile()) {
                    packed.add(entry.getName());
                    int mode = entry.getName().contains("/bin/") ? 0755 : 0644;
                    assertThat(entry.getMode() & 0777).as(entry.getName()).isEqualTo(mode);
                }
            }
        }

        assertThat(packed).isEqualTo(files());
        assertThat(times)
                .as("one time for all, or the archive could not be made again")
                .hasSize(1);
    }

    @Test
    void theCommandRunsFromIt() throws Exception {
        ProcessBuilder command =
                new ProcessBuilder(FOLDER.resolve("bin/inkstream").toString(), "--version");
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = command.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains(NAME.replace("inkstream-", ""));
    }

    /** What users download. */
    static Path archive() {
        return Path.of("target", NAME + ".tar.gz");
    }

    private static Set<String> files() throws IOException {
        Set<String> files = new TreeSet<>();
        try (Stream<Path> all = Files.walk(FOLDER)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.add(
                            NAME + "/" + FOLDER.relativize(file).toString().replace('\\', '/')));
        }
        return files;
    }

    private static List<Path> jarsWith(String part, String entry) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path jar : jars(part)) {
            if (entries(jar).contains(entry)) {
                found.add(jar);
            }
        }
        return found;
    }

    private static List<String> entries(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return Collections.list(file.entries()).stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(JarEntry::getName)
                    .toList();
        }
    }

    private static List<Path> jars(String part) {
        return list(FOLDER.resolve(part)).stream()
                .filter(file -> file.toString().endsWith(".jar"))
                .toList();
    }

    private static List<String> names(Path folder) {
        return list(folder).stream().map(file -> file.getFileName().toString()).toList();
    }

    private static Path only(Path folder, String name) {
        List<Path> found = list(folder).stream()
                .filter(Files::exists)
                .filter(file -> file.getFileName().toString().matches(name))
                .toList();
        assertThat(found).as(folder + "/" + name).hasSize(1);
        return found.get(0);
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(Comparator.comparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new IllegalStateException("%s: mvn package lays it out".formatted(folder), e);
        }
    }
}
