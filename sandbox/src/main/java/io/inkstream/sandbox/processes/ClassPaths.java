package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.SandboxException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The servers' class paths, from the jars on this JVM's: nothing is downloaded, and nothing of Inkstream comes along. */
final class ClassPaths {
    private static final Predicate<String> INKSTREAM =
            Pattern.compile("inkstream-.*").asMatchPredicate();

    /** They bring settings of log4j for tests, which it prefers to all others: servers would say nothing. */
    private static final Predicate<String> TESTS =
            Pattern.compile(".*-tests\\.jar").asMatchPredicate();

    /** What is in the lib/ of Flink's own distribution: Flink, what its artefacts name as dependencies, and logging. */
    private static final Predicate<String> FLINK = Pattern.compile("(flink-(?!connector-kafka|test-utils)"
                    + "|frocksdbjni-|commons-(cli|codec|collections|compress|io|lang3|math3|text)-|snakeyaml-engine-|javassist-"
                    + "|(kryo|minlog|objenesis|reflectasm)-|(lz4-java|snappy-java|zstd-jni)-|async-profiler-|jsr305-"
                    + "|slf4j-api-|log4j-(api|core|slf4j-impl)-).*\\.jar")
            .asMatchPredicate();

    /** What Flink needs for HDFS. */
    private static final Predicate<String> HADOOP_CLIENT = Pattern.compile(
                    "(hadoop-client-(api|runtime)|commons-logging)-.*\\.jar")
            .asMatchPredicate();

    /** The folder in which {@link Guard} is, alone. */
    private final Path guard;

    private final List<Path> here;

    private ClassPaths(Path guard, List<Path> here) {
        this.guard = guard;
        this.here = here;
    }

    /** @param guard a folder for {@link Guard} */
    static ClassPaths make(Path guard) throws IOException {
        Path file = guard.resolve(Guard.class.getName().replace('.', '/') + ".class");
        Files.createDirectories(file.getParent());
        try (var code = Guard.class.getResourceAsStream("Guard.class")) {
            Files.write(file, code.readAllBytes());
        }
        List<Path> here = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .map(Path::toAbsolutePath)
                .filter(path ->
                        Files.isRegularFile(path) && !INKSTREAM.or(TESTS).test(name(path)))
                .toList();
        return new ClassPaths(guard, here);
    }

    /** Of ZooKeeper, Kafka and HDFS, which live together here as they do in the sandbox. */
    List<Path> servers(Path settings) {
        List<Path> all = new ArrayList<>(List.of(settings, guard));
        all.addAll(here);
        return all;
    }

    /** @param lib what comes beside Flink and Hadoop's client, and before them where it is the same jar */
    List<Path> flink(Path settings, List<Path> lib) throws IOException {
        Map<String, Path> byName = new LinkedHashMap<>();
        for (Path given : lib) {
            jars(given).stream().filter(jar -> !TESTS.test(name(jar))).forEach(jar -> byName.put(name(jar), jar));
        }
        here.stream()
                .filter(jar -> FLINK.or(HADOOP_CLIENT).test(name(jar)))
                .forEach(jar -> byName.putIfAbsent(name(jar), jar));
        List<Path> all = new ArrayList<>(List.of(settings, guard));
        all.addAll(byName.values());
        return all;
    }

    private static List<Path> jars(Path given) throws IOException {
        if (Files.isRegularFile(given)) {
            return List.of(given.toAbsolutePath());
        }
        if (!Files.isDirectory(given)) {
            throw new SandboxException(given + ", which is to be on Flink's class path, is neither a jar nor a folder");
        }
        try (Stream<Path> files = Files.list(given)) {
            return files.filter(file -> name(file).endsWith(".jar"))
                    .map(Path::toAbsolutePath)
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
