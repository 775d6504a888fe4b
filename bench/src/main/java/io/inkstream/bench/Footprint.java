package io.inkstream.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * What this process, servers included, takes up.
 *
 * @param rollouts so far
 * @param heapMb used after a collection
 * @param processMb resident
 * @param beyondHeapMb resident beyond what the JVM has taken for its heap, which comes and goes with the load
 * @param threads of the JVM
 * @param inkstreamThreads those that are Inkstream's own
 */
record Footprint(
        int rollouts,
        long heapMb,
        long processMb,
        long beyondHeapMb,
        int threads,
        int inkstreamThreads,
        int cacheFiles,
        double cacheMb) {

    private static final double MB = 1 << 20;

    /** Collects garbage first. */
    static Footprint now(int rollouts, Path cache) throws IOException {
        System.gc();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long process = Pointer.physicalBytes();
        Set<Thread> threads = Thread.getAllStackTraces().keySet();
        List<Path> files;
        try (Stream<Path> all = Files.list(cache.resolve("files"))) {
            files = all.toList();
        }
        return new Footprint(
                rollouts,
                mb(heap.getUsed()),
                mb(process),
                mb(process - heap.getCommitted()),
                threads.size(),
                (int) threads.stream()
                        .filter(thread -> thread.getName().startsWith("inkstream-"))
                        .count(),
                files.size(),
                files.stream().mapToLong(Footprint::size).sum() / MB);
    }

    private static long mb(long bytes) {
        return Math.round(bytes / MB);
    }

    /** 0 for one that was evicted meanwhile. */
    private static long size(Path file) {
        return file.toFile().length();
    }
}
