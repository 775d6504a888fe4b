package io.inkstream.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the JVM's own threads have used of the processors, which management beans do not tell; on Linux only. */
final class JvmThreads {
    private static final Path TASKS = Path.of("/proc/self/task");
    /** Linux counts in hundredths of a second, whatever its kernel's clock. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int UTIME = 11;
    private static final String COMPILERS = "JVM's compilers";

    private JvmThreads() {}

    /** Nanoseconds so far by kind of thread; empty where the system does not tell. */
    static Map<String, Long> now() throws IOException {
        Map<String, Long> used = new TreeMap<>();
        if (Files.isDirectory(TASKS)) {
            try (Stream<Path> tasks = Files.list(TASKS)) {
                tasks.forEach(task -> add(task, used));
            }
        }
        return used;
    }

    /** Nanoseconds so far; 0 where the system does not tell. */
    static long compilers() throws IOException {
        return now().getOrDefault(COMPILERS, 0L);
    }

    private static void add(Path task, Map<String, Long> used) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String kind = kind(stat);
            if (!kind.isEmpty()) {
                used.merge(kind, nanos(stat), Long::sum);
            }
        } catch (NoSuchFileException ended) {
            // Between the listing and the reading.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param stat a line of proc(5): number, name in brackets, state, and so on */
    static String kind(String stat) {
        String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        if (name.startsWith("C1 ") || name.startsWith("C2 ") || name.startsWith("Sweeper")) {
            return COMPILERS;
        } else if (name.startsWith("GC ") || name.startsWith("G1 ")) {
            return "garbage collection";
        } else if (name.startsWith("JFR ")) {
            return "the profiler itself";
        }
        return name.startsWith("rocksdb:") ? "RocksDB's background" : "";
    }

    static long nanos(String stat) {
        List<String> afterName =
                List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        long ticks = Long.parseLong(afterName.get(UTIME)) + Long.parseLong(afterName.get(UTIME + 1));
        return ticks * NANOS_PER_TICK;
    }
}
