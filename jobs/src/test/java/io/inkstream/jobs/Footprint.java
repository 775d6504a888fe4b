package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Java process holds once its garbage is collected.
 *
 * @param jobs class loaders of jobs' jars
 * @param libraries native ones that are mapped
 */
record Footprint(long jobs, long metaspaceBytes, long threads, long libraries) {

    private static final Pattern METASPACE = Pattern.compile("Metaspace\\s+used (\\d+)K");

    static Footprint of(long pid) throws Exception {
        jcmd(pid, "GC.run");
        Matcher metaspace = METASPACE.matcher(jcmd(pid, "GC.heap_info"));
        assertThat(metaspace.find()).isTrue();
        return new Footprint(
                jcmd(pid, "VM.classloaders")
                        .lines()
                        .filter(line -> line.contains("ChildFirstClassLoader"))
                        .count(),
                Long.parseLong(metaspace.group(1)) << 10,
                entries(Path.of("/proc/" + pid + "/task")),
                libraries(pid));
    }

    private static long entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    private static long libraries(long pid) throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
            return maps.filter(line -> line.contains(".so"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .distinct()
                    .count();
        }
    }

    private static String jcmd(long pid, String command) throws Exception {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(output).isZero();
        return output;
    }
}
