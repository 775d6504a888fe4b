package io.inkstream.sandbox.processes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A JVM to be started, under a {@link Guard}.
 *
 * @param options of the JVM
 * @param environment in addition to this JVM's
 */
record JvmCommand(
        List<Path> classPath,
        List<String> options,
        String main,
        List<String> arguments,
        Map<String, String> environment) {

    /** The collector that takes the least memory beside the heap. */
    static final String SMALL = "-XX:+UseSerialGC";

    private static final List<String> ALWAYS = List.of("-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true");

    /** @param log is added to; temporary files, which one that is killed leaves behind, are beside it */
    Process start(Path log) throws IOException {
        Path temporary = Files.createDirectories(log.resolveSibling("tmp"));
        // What is ignored when a program is executed stays so: Ctrl-C in the terminal is for the one who closes the
        // cluster.
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ALWAYS);
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(options);
        command.add(Guard.class.getName());
        command.add(main);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment()
                .put(
                        "CLASSPATH",
                        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        return builder.start();
    }
}
