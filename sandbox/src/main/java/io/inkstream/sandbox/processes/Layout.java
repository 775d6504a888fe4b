package io.inkstream.sandbox.processes;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** Where the processes find their settings and classes, and where they write their logs. */
final class Layout {
    private final Path root;
    private final ClassPaths classPaths;

    private Layout(Path root, ClassPaths classPaths) {
        this.root = root;
        this.classPaths = classPaths;
    }

    static Layout make(Path root) throws IOException {
        Layout layout = new Layout(root, ClassPaths.make(root.resolve("guard")));
        Files.createDirectories(layout.settings());
        Files.createDirectories(layout.logs());
        Logs.writeSettings(layout.settings().resolve("log4j2.properties"));
        return layout;
    }

    /** The folder of all settings; it is on the class paths, for Hadoop and the logging. */
    Path settings() {
        return root.resolve("conf");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path log(Role role, int number) {
        return logs().resolve(role.title().toLowerCase(Locale.ROOT) + "-" + number + ".log");
    }

    List<Path> serverClassPath() {
        return classPaths.servers(settings());
    }

    List<Path> flinkClassPath(List<Path> lib) throws IOException {
        return classPaths.flink(settings(), lib);
    }

    Path write(String name, Properties settings) throws IOException {
        Path file = settings().resolve(name);
        try (Writer writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
        return file;
    }

    void write(String name, org.apache.hadoop.conf.Configuration settings) throws IOException {
        try (OutputStream out = Files.newOutputStream(settings().resolve(name))) {
            settings.writeXml(out);
        }
    }
}
