package io.inkstream.bench;

import io.inkstream.sandbox.Sandbox;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.Pointer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets images wait for labels that do not come, and looks at what that takes while there are more and more of them. */
@Command(
        name = "feedback",
        description = "Fills the label join with images, each with a prediction, at a rate, on RocksDB with incremental"
                + " checkpoints in HDFS (which has a JVM of its own): size of the state, time and bytes of checkpoints,"
                + " memory of Flink's process, and where their trends lead.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class FeedbackCommand implements Callable<Integer> {
    private static final double MB = 1 << 20;
    private static final double GB = 1 << 30;
    private static final double MILLION = 1e6;

    /** The first is of a JVM that is not warm yet, and no part of any trend. */
    private static final int FEWEST_LOOKS = 3;

    @Mixin
    private ImagesOption images;

    @Option(names = "--waiting", paramLabel = "N", description = "Images that wait at the end.")
    private long waiting = 3_000_000;

    @Option(names = "--rate", paramLabel = "N", description = "Images a second, where the machine makes it.")
    private int rate = 10_000;

    @Option(names = "--looks", paramLabel = "N", description = "Rows of the table.")
    private int looks = 10;

    @Option(names = "--checkpoint-interval", paramLabel = "SECONDS", description = "From one to the next.")
    private int interval = 5;

    @Option(names = "--managed-memory", paramLabel = "MB", description = "RocksDB's share.")
    private int managedMb = 256;

    @Option(names = "--extrapolate", paramLabel = "N", description = "Images to which trends are drawn out.")
    private long extrapolate = 10_000_000;

    @Mixin
    private JsonOption json;

    /**
     * What there was at one time.
     *
     * @param images that wait
     * @param checkpoints since the look before
     * @param checkpointMillis of these, the median
     * @param longestMillis the longest of them
     * @param stateMb of the last one: all the state
     * @param newMb of these, the mean of what was written for one
     * @param beyondHeapMb of the process, resident beyond what the JVM has taken for its heap: RocksDB, for the most part
     */
    record Look(
            long second,
            long images,
            int checkpoints,
            long checkpointMillis,
            long longestMillis,
            double stateMb,
            double newMb,
            long processMb,
            long beyondHeapMb) {}

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (looks < FEWEST_LOOKS) {
            throw new ParameterException(
                    spec.commandLine(), "--looks is %d: trends need %d at least".formatted(looks, FEWEST_LOOKS));
        }
        return CtrlC.interrupts(() -> {
            List<Look> table;
            try (Servers servers = Servers.start(images.dataset());
                    Sandbox flink = servers.flink(1, managedMb);
                    GrowingJoin join = new GrowingJoin(flink, images.read(), rate, Duration.ofSeconds(interval))) {
                table = run(join, System.out);
            }
            json.write(table);
            printTrends(table, System.out);
            return 0;
        });
    }

    private List<Look> run(GrowingJoin join, PrintStream out) throws Exception {
        out.println(
                "| second | images | checkpoints | median ms | longest ms | state MB | written for one MB | process MB"
                        + " | beyond the heap MB |");
        out.println("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        List<Look> table = new ArrayList<>();
        List<JobCheckpoints.Complete> since = new ArrayList<>();
        long start = System.nanoTime();
        while (table.size() < looks) {
            TimeUnit.SECONDS.sleep(1);
            since.addAll(join.checkpoints());
            long images = join.images();
            if (images >= waiting * (table.size() + 1) / looks && !since.isEmpty()) {
                table.add(look(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), images, since));
                print(table.get(table.size() - 1), out);
                since.clear();
            }
        }
        return table;
    }

    private static Look look(long second, long images, List<JobCheckpoints.Complete> checkpoints) {
        long process = Pointer.physicalBytes();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
        long[] millis = checkpoints.stream()
                .mapToLong(JobCheckpoints.Complete::millis)
                .sorted()
                .toArray();
        return new Look(
                second,
                images,
                millis.length,
                millis[millis.length / 2],
                millis[millis.length - 1],
                checkpoints.get(checkpoints.size() - 1).bytes() / MB,
                checkpoints.stream()
                                .mapToLong(JobCheckpoints.Complete::newBytes)
                                .average()
                                .orElseThrow()
                        / MB,
                Math.round(process / MB),
                Math.round((process - heap) / MB));
    }

    private static void print(Look look, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "| %d | %,d | %d | %,d | %,d | %,.0f | %,.1f | %,d | %,d |%n",
                look.second(),
                look.images(),
                look.checkpoints(),
                look.checkpointMillis(),
                look.longestMillis(),
                look.stateMb(),
                look.newMb(),
                look.processMb(),
                look.beyondHeapMb());
    }

    private void printTrends(List<Look> table, PrintStream out) {
        Trend state = trend(table, Look::stateMb);
        Trend millis = trend(table, look -> (double) look.checkpointMillis());
        Trend memory = trend(table, look -> (double) look.beyondHeapMb());
        out.printf(
                Locale.ROOT,
                "%nA million images more: %,.0f MB of state, %+.0f ms a checkpoint, %+.0f MB of memory.%n",
                state.slope() * MILLION,
                millis.slope() * MILLION,
                memory.slope() * MILLION);
        out.printf(
                Locale.ROOT,
                "By these trends, %,d images: %,.1f GB of state, %,.0f ms a checkpoint.%n",
                extrapolate,
                state.at((double) extrapolate) * MB / GB,
                millis.at((double) extrapolate));
    }

    private static Trend trend(List<Look> table, ToDoubleFunction<Look> value) {
        return Trend.of(table.stream()
                .skip(1)
                .map(look -> new Trend.Point(look.images(), value.applyAsDouble(look)))
                .toList());
    }
}
