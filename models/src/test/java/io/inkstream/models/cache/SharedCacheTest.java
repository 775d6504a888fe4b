package io.inkstream.models.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.LiveVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads of several processes that write, read and evict in one folder. */
@Timeout(120)
class SharedCacheTest {
    private static final int LIMIT = 4;
    private static final int MODELS = 12;
    private static final int ROUNDS = 60;

    @TempDir
    Path folder;

    @Test
    void threadsAndProcessesShareAFolder() throws Exception {
        List<Process> others = List.of(fork(1), fork(2));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> running = new ArrayList<>();
        for (int seed = 3; seed <= 4; seed++) {
            int own = seed;
            running.add(threads.submit(() -> {
                use(folder, own);
                return null;
            }));
        }
        for (Future<?> thread : running) {
            thread.get();
        }
        threads.shutdown();
        for (Process other : others) {
            assertThat(other.waitFor()).isZero();
        }

        ModelCache cache = ModelCache.open(folder, LIMIT);
        LiveVersion live = cache.live("digits").orElseThrow();
        assertThat(live.getPointer().getMove()).isEqualTo(ROUNDS);
        assertThat(cache.read(live.getVersion().getOnnx())).isPresent();
        try (Stream<Path> files = Files.list(folder.resolve("files"))) {
            assertThat(files.count()).isLessThanOrEqualTo(LIMIT);
        }
        assertThat(folder.resolve("unfinished")).isEmptyDirectory();
    }

    private Process fork(int seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SharedCacheTest.class.getName(),
                        folder.toString(),
                        Integer.toString(seed))
                .inheritIO()
                .start();
    }

    /** The other process. */
    public static void main(String[] args) throws Exception {
        use(Path.of(args[0]), Integer.parseInt(args[1]));
    }

    private static void use(Path folder, int seed) throws IOException {
        ModelCache cache = ModelCache.open(folder, LIMIT);
        Random random = new Random(seed);
        for (int round = 1; round <= ROUNDS; round++) {
            int i = 1 + random.nextInt(MODELS);
            Optional<byte[]> read = cache.read(ModelCacheTest.artifact(i));
            if (read.isPresent()) {
                require(Arrays.equals(read.get(), ModelCacheTest.content(i)), "half a file was read");
            }
            cache.write(ModelCacheTest.artifact(i), ModelCacheTest.content(i));
            // All agree on which version a move went to.
            int version = 1 + round % MODELS;
            cache.write(ModelCacheTest.artifact(version), ModelCacheTest.content(version));
            cache.rememberLive("digits", ModelCacheTest.live(version, round, round));
            if (cache.read(ModelCacheTest.artifact(version)).isEmpty()) {
                // Others had evicted it before it was said to be live. From now on they do not.
                cache.write(ModelCacheTest.artifact(version), ModelCacheTest.content(version));
            }
            require(cache.live("digits").isPresent(), "half a pointer was read");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
