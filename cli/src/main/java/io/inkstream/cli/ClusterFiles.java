package io.inkstream.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a Flink cluster needs of Inkstream: from the unpacked package, or from the repository once it is built.
 *
 * @param jobJar what {@code flink run} takes
 * @param flinkConf the folder of Flink's config.yaml
 * @param flinkLib for Flink's lib/
 */
record ClusterFiles(Path jobJar, Path flinkConf, List<Path> flinkLib) {

    static ClusterFiles find() throws IOException {
        Path home = Path.of(System.getProperty("inkstream.home", "."));
        Path lib = home.resolve("lib");
        return Files.isDirectory(lib) ? inPackage(home, lib) : inRepository(home);
    }

    private static ClusterFiles inPackage(Path home, Path lib) throws IOException {
        Path jar = home.resolve("jobs").resolve("inkstream-jobs-%s.jar".formatted(Version.number()));
        return new ClusterFiles(jar, home.resolve("conf"), List.of(lib));
    }

    private static ClusterFiles inRepository(Path home) throws IOException {
        Path jar = home.resolve("jobs/target/inkstream-jobs-%s-flink.jar".formatted(Version.number()));
        if (!Files.exists(jar)) {
            throw new CliException(jar + ", the jar for flink run, is not built: mvn -Dquick -DskipTests package");
        }
        List<Path> lib = new ArrayList<>();
        lib.add(home.resolve("models/target/inkstream-models-%s-nd4j.jar".formatted(Version.number())));
        // All that this process has, but for Inkstream itself, which comes in the job jar.
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> Files.isRegularFile(path)
                        && !path.getFileName().toString().startsWith("inkstream-"))
                .forEach(lib::add);
        return new ClusterFiles(jar, home.resolve("flink-conf"), lib);
    }
}
