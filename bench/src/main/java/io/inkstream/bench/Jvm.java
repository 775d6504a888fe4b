package io.inkstream.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts another JVM with this one's class path and jvm.options, to run a benchmark command in it. */
final class Jvm {
    private Jvm() {}

    /** @param options of the JVM, after those of jvm.options and so before them in force */
    static Process start(List<String> options, List<String> arguments) throws IOException {
        Path home = Path.of(System.getProperty("inkstream.home", "."));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + home.resolve("jvm.options"));
        command.add("-Dinkstream.home=" + home);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
