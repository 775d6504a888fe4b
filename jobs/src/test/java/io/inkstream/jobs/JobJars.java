package io.inkstream.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The job jar that was built, and one like it of another release. */
final class JobJars {

    private JobJars() {}

    static Path built() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("inkstream-jobs-[0-9.]+-flink\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The same classes, in a jar whose manifest names another release. */
    static Path ofRelease(String release, Path folder) throws IOException {
        Path next = folder.resolve("inkstream-jobs-" + release + ".jar");
        try (JarFile jar = new JarFile(built().toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getMainAttributes().put(Name.IMPLEMENTATION_VERSION, release);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(next), manifest)) {
                copy(jar, out);
            }
        }
        return next;
    }

    private static void copy(JarFile jar, JarOutputStream out) throws IOException {
        for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
            JarEntry entry = entries.nextElement();
            if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                out.putNextEntry(new JarEntry(entry.getName()));
                try (InputStream in = jar.getInputStream(entry)) {
                    in.transferTo(out);
                }
            }
        }
    }
}
