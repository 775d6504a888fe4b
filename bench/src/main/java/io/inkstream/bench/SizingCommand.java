package io.inkstream.bench;

import io.inkstream.models.network.Networks;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what a load takes, from what benchmarks have measured; measures nothing itself. */
@Command(
        name = "sizing",
        description =
                "Prints a TaskManager's memory line by line, and what loads take: machines, and what Kafka, HDFS and"
                        + " ZooKeeper have to bear. Costs of an image are those in bench/measured, which bench/run"
                        + " scoring and bench/run networks write with --json; sizes are those of messages that it makes.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class SizingCommand implements Callable<Integer> {

    private static final double MB = 1e6;
    private static final double GB = 1e9;

    @Option(names = "--images", paramLabel = "N", split = ",", description = "To score, a second; a column for each.")
    private List<Double> images = List.of(100.0, 1_000.0, 10_000.0, 100_000.0);

    @Option(names = "--source-rate", paramLabel = "N", description = "Images a second of each source.")
    private double sourceRate = 1;

    @Option(names = "--labelled", paramLabel = "N", description = "Images to learn from, a second.")
    private double labelled = 100;

    @Option(names = "--network", paramLabel = "NAME", description = "Which network.")
    private String network = Networks.DEFAULT.label();

    @Option(
            names = "--busy",
            paramLabel = "SHARE",
            description = "How busy a scorer may be; the rest is for bursts, and to catch up after a restart.")
    private double busy = 0.5;

    @Option(names = "--version-interval", paramLabel = "SECONDS", description = "Training's --checkpoint-interval.")
    private double versionSeconds = 5;

    @Option(names = "--checkpoint-interval", paramLabel = "SECONDS", description = "Scoring's --checkpoint-interval.")
    private double checkpointSeconds = 1;

    @Option(names = "--keep", paramLabel = "N", description = "Versions kept: training's --keep.")
    private int keep = 100;

    @Option(names = "--replay", paramLabel = "N", description = "Images kept to be trained on again.")
    private int replay = 5_000;

    @Option(
            names = "--measured",
            paramLabel = "FOLDER",
            defaultValue = "${sys:inkstream.home:-.}/bench/measured",
            description = "With scoring.json and networks.json.")
    private Path measured;

    @Option(
            names = "--conf",
            paramLabel = "FOLDER",
            defaultValue = "${sys:inkstream.home:-.}/flink-conf",
            description = "Flink's configuration.")
    private Path conf;

    private record Row(String name, ToDoubleFunction<Fleet> value) {}

    private static final List<Row> ROWS = List.of(
            new Row("scoring: cores busy", Fleet::scoringCores),
            new Row("scorers", Fleet::scorers),
            new Row("TaskManagers of scoring", Fleet::taskManagers),
            new Row("their memory, GB", fleet -> fleet.taskManagersBytes() / GB),
            new Row("training: threads busy", Fleet::trainingThreads),
            new Row("Kafka: images and labels in, MB/s", fleet -> fleet.imageBytesPerSecond() / MB),
            new Row("Kafka: predictions out, MB/s", fleet -> fleet.predictionBytesPerSecond() / MB),
            new Row("Kafka: transactions/s", Fleet::transactionsPerSecond),
            new Row("Kafka: transactional ids in a week", Fleet::transactionalIds),
            new Row("HDFS: a checkpoint of scoring, MB", fleet -> fleet.checkpointBytes() / MB),
            new Row("HDFS: written for these, MB/s", fleet -> fleet.checkpointBytesPerSecond() / MB),
            new Row("HDFS: a version, MB", fleet -> fleet.versionBytes() / MB),
            new Row("HDFS: written by training, MB/s", fleet -> fleet.trainingBytesPerSecond() / MB),
            new Row("HDFS: models read, MB/s", fleet -> fleet.modelBytesReadPerSecond() / MB),
            new Row("HDFS: files made/s", Fleet::filesPerSecond),
            new Row("HDFS: versions kept, GB", fleet -> fleet.keptBytes() / GB),
            new Row("ZooKeeper: znodes", Fleet::znodes),
            new Row("ZooKeeper: watches", Fleet::watches),
            new Row("ZooKeeper: reads/s", Fleet::zookeeperReadsPerSecond),
            new Row("ZooKeeper: writes/s", Fleet::zookeeperWritesPerSecond));

    @Override
    public Integer call() throws IOException {
        Configuration flink = GlobalConfiguration.loadConfiguration(conf.toString());
        TaskExecutorProcessSpec taskManager = TaskExecutorProcessUtils.processSpecFromConfig(flink);
        Fleet.Plan plan = new Fleet.Plan(
                network,
                busy,
                flink.get(TaskManagerOptions.NUM_TASK_SLOTS),
                taskManager.getTotalProcessMemorySize().getBytes(),
                versionSeconds,
                checkpointSeconds,
                keep,
                replay);
        MeasuredCosts costs = MeasuredCosts.read(measured, network);
        printMemory(flink, taskManager, System.out);
        System.out.printf(
                Locale.ROOT,
                "%n%s: %.4f CPU-s to score 1,000 images, %,.0f trained a CPU-s; bytes: image %,d, prediction %,d, source %,d%n",
                network,
                costs.scored(),
                costs.trained(),
                MessageBytes.image(),
                MessageBytes.prediction(),
                MessageBytes.source());
        printLoads(
                images.stream()
                        .map(rate -> new Fleet(rate, rate / sourceRate, labelled, plan, costs))
                        .toList(),
                System.out);
        return 0;
    }

    private static void printMemory(Configuration flink, TaskExecutorProcessSpec memory, PrintStream out) {
        out.println("| a TaskManager's memory | MiB |");
        out.println("|---|--:|");
        line(out, "heap of tasks", memory.getTaskHeapSize());
        line(out, "heap of Flink", flink.get(TaskManagerOptions.FRAMEWORK_HEAP_MEMORY));
        line(out, "natives of tasks", memory.getTaskOffHeapSize());
        line(out, "direct buffers of Flink", flink.get(TaskManagerOptions.FRAMEWORK_OFF_HEAP_MEMORY));
        line(out, "network buffers", memory.getNetworkMemSize());
        line(out, "RocksDB (managed)", memory.getManagedMemorySize());
        line(out, "metaspace", memory.getJvmMetaspaceSize());
        line(out, "the JVM's own", memory.getJvmOverheadSize());
        line(out, "**process**", memory.getTotalProcessMemorySize());
    }

    private static void line(PrintStream out, String name, MemorySize size) {
        out.printf(Locale.ROOT, "| %s | %,d |%n", name, size.getMebiBytes());
    }

    private static void printLoads(List<Fleet> loads, PrintStream out) {
        StringBuilder head = new StringBuilder("| images/s |");
        StringBuilder rule = new StringBuilder("|---|");
        for (Fleet load : loads) {
            head.append(" %s |".formatted(number(load.images())));
            rule.append("--:|");
        }
        out.println(head);
        out.println(rule);
        for (Row row : ROWS) {
            StringBuilder line = new StringBuilder("| " + row.name() + " |");
            loads.forEach(
                    load -> line.append(" %s |".formatted(number(row.value().applyAsDouble(load)))));
            out.println(line);
        }
    }

    /** Two or three digits that count. */
    private static String number(double value) {
        String format = value >= 100 || value == Math.rint(value) ? "%,.0f" : value >= 1 ? "%,.1f" : "%,.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
