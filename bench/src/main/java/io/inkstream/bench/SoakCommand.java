package io.inkstream.bench;

import io.inkstream.models.cache.ModelCache;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rolls versions out to the same tasks again and again, as fast as it goes, and looks at what each leaves behind. */
@Command(
        name = "soak",
        description =
                "Rolls out one version after the other to a scoring job under load, back to back. Memory, threads and the"
                        + " local cache at the start, after --settled rollouts and at the end: exits with 1 where between the"
                        + " last two the heap grew by more than 32 MB, memory beyond the heap by more than 96 MB, Inkstream's"
                        + " threads by any, or where the cache holds more files than it may.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class SoakCommand implements Callable<Integer> {
    private static final int VERSIONS = 20;
    private static final int SOURCES = 16;

    /** Left behind by each of 400 rollouts, a session of one of four scorers would make 2 GB. */
    private static final long BEYOND_HEAP_MB = 96;

    private static final long HEAP_MB = 32;

    /** The cache's own limit, and one that is being written, before another is evicted. */
    private static final int CACHE_FILES = ModelCache.DEFAULT_FILES + 1;

    @Mixin
    private ImagesOption images;

    @Option(names = "--network", paramLabel = "NAME", description = "Of the versions, which are untrained.")
    private String network = "lenet";

    @Option(names = "--scorers", paramLabel = "N", description = "Parallelism of the scoring job.")
    private int scorers = 4;

    @Option(names = "--rate", paramLabel = "N", description = "Images a second.")
    private int rate = 100;

    @Option(names = "--rollouts", paramLabel = "N", description = "Of " + VERSIONS + " versions in turn.")
    private int rollouts = 500;

    @Option(names = "--settled", paramLabel = "N", description = "Rollouts after which nothing may grow any more.")
    private int settled = 100;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return CtrlC.interrupts(() -> {
            Digits digits = images.read();
            List<Footprint> looks;
            try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withTaskManagers(1, scorers));
                    ScoringPipeline pipeline = new ScoringPipeline(sandbox, digits, scorers, 0)) {
                looks = run(pipeline);
            }
            json.write(looks);
            List<String> growth = growth(looks.get(1), looks.get(looks.size() - 1));
            growth.forEach(System.out::println);
            return growth.isEmpty() ? 0 : 1;
        });
    }

    private List<Footprint> run(ScoringPipeline pipeline) throws Exception {
        UntrainedVersions versions = pipeline.versions();
        for (int version = 1; version <= VERSIONS; version++) {
            versions.publish(network, version);
        }
        PrintStream out = System.out;
        out.println(
                "| rollouts | heap MB | process MB | beyond the heap MB | threads | inkstream's | cache files | MB |");
        out.println("|--:|--:|--:|--:|--:|--:|--:|--:|");
        List<Footprint> looks = new ArrayList<>();
        Rollouts each = pipeline.rollouts();
        each.awaitScorers();
        try (SteadyLoad load = pipeline.load(rate, SOURCES)) {
            for (int done = 1; done <= rollouts; done++) {
                each.rollOut(1 + done % VERSIONS, true);
                if (done == 1 || done % settled == 0 || done == rollouts) {
                    looks.add(look(done, pipeline, out));
                }
            }
            load.stop();
        }
        return looks;
    }

    private static Footprint look(int done, ScoringPipeline pipeline, PrintStream out) throws Exception {
        Footprint look = Footprint.now(done, pipeline.cache());
        out.printf(
                Locale.ROOT,
                "| %d | %,d | %,d | %,d | %d | %d | %d | %.1f |%n",
                look.rollouts(),
                look.heapMb(),
                look.processMb(),
                look.beyondHeapMb(),
                look.threads(),
                look.inkstreamThreads(),
                look.cacheFiles(),
                look.cacheMb());
        return look;
    }

    /** What has grown by more than it may, in words. */
    static List<String> growth(Footprint settled, Footprint end) {
        List<String> growth = new ArrayList<>();
        add(growth, "MB on the heap", end.heapMb() - settled.heapMb(), HEAP_MB);
        add(growth, "MB beyond the heap", end.beyondHeapMb() - settled.beyondHeapMb(), BEYOND_HEAP_MB);
        add(growth, "threads of Inkstream", end.inkstreamThreads() - settled.inkstreamThreads(), 0);
        add(growth, "files in the cache beyond its limit", end.cacheFiles() - CACHE_FILES, 0);
        return growth;
    }

    private static void add(List<String> growth, String what, long more, long allowed) {
        if (more > allowed) {
            growth.add("%d %s, allowed are %d".formatted(more, what, allowed));
        }
    }
}
