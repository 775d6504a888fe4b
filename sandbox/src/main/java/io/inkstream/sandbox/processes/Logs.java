package io.inkstream.sandbox.processes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What servers write, and what of it says why one does not serve. */
final class Logs {
    private static final int TAIL_LINES = 30;

    private static final String LOG4J = """
            rootLogger.level = INFO
            rootLogger.appenderRef.console.ref = console
            appender.console.type = Console
            appender.console.name = console
            appender.console.layout.type = PatternLayout
            appender.console.layout.pattern = %d %-5p %c{1} [%t] %m%n
            # A line for each block and for each file.
            logger.blocks.name = BlockStateChange
            logger.blocks.level = WARN
            logger.state.name = org.apache.hadoop.hdfs.StateChange
            logger.state.level = WARN
            logger.datanode.name = org.apache.hadoop.hdfs.server.datanode
            logger.datanode.level = WARN
            """;

    private Logs() {}

    static void writeSettings(Path file) throws IOException {
        Files.writeString(file, LOG4J);
    }

    /** What was written after the first {@code bytes}. */
    static String since(Path log, long bytes) throws IOException {
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(bytes);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Ends with the last lines of the log, in which the reason may stand. */
    static String tail(Path log) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return "The end of its log, %s:%n%s"
                .formatted(log, String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())));
    }
}
