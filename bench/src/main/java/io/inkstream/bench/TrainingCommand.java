package io.inkstream.bench;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares training inside the pipeline with a bare loop, stock DL4J with ours, and one thread with several. */
@Command(
        name = "training",
        description =
                "Trains the same images in the pipeline (Kafka, Flink, HDFS) and in a bare loop, with stock DL4J and with"
                        + " ours, with one trainer or replica and with two; in rounds, so that what disturbs one disturbs"
                        + " all. Images per second of wall time, and ratios to the bare loop of the same round.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class TrainingCommand implements Callable<Integer> {
    @Option(
            names = "--train",
            paramLabel = "DATASET",
            defaultValue = "${sys:inkstream.home:-.}/samples/digits",
            description = "What to train on.")
    private String train;

    @Option(names = "--networks", paramLabel = "NAME", split = ",", description = "Which networks.")
    private List<String> networks = List.of("lenet", "cnn");

    @Option(
            names = "--only",
            paramLabel = "WAY",
            split = ",",
            description = "Beside the bare loop only these lines of the table.")
    private List<String> only = List.of();

    @Option(names = "--images", paramLabel = "N", description = "How many to train on, the data set over and over.")
    private int images = 30_000;

    @Option(names = "--rounds", paramLabel = "N", description = "How often to measure each; the median counts.")
    private int rounds = 3;

    @Mixin
    private JsonOption json;

    /**
     * One line of the table.
     *
     * @param perSecond images, the median of the rounds
     * @param ratio to the bare loop with one thread, the median of the rounds
     */
    record Result(String network, String way, double perSecond, double ratio) {}

    @FunctionalInterface
    private interface Way {
        double imagesPerSecond() throws Exception;
    }

    private record Named(String name, Way way, List<Double> rates, List<Double> ratios) {
        Named(String name, Way way) {
            this(name, way, new ArrayList<>(), new ArrayList<>());
        }
    }

    @Override
    public Integer call() throws Exception {
        Dataset dataset = Datasets.open(train).requireLabels();
        Digits digits = Digits.read(dataset);
        List<Result> results = new ArrayList<>();
        PrintStream out = System.out;
        out.printf("%,d images, %d rounds%n", images, rounds);
        out.println("| network | | images/s | to the bare loop |");
        out.println("|---|---|--:|--:|");
        try (Pipeline pipeline = new Pipeline()) {
            for (String network : networks) {
                for (Result result : compare(network, chosen(ways(network, dataset, digits, pipeline)))) {
                    results.add(result);
                    out.printf(
                            Locale.ROOT,
                            "| %s | %s | %,.0f | %.2f |%n",
                            result.network(),
                            result.way(),
                            result.perSecond(),
                            result.ratio());
                }
            }
        }
        json.write(results);
        return 0;
    }

    private List<Named> chosen(List<Named> ways) {
        return ways.stream()
                .filter(way -> only.isEmpty() || way.name().equals(ways.get(0).name()) || only.contains(way.name()))
                .toList();
    }

    private List<Named> ways(String network, Dataset dataset, Digits digits, Pipeline pipeline) {
        TrainingRecipe one = Networks.recipe(network);
        TrainingRecipe two = one.toBuilder().setReplicas(2).build();
        return List.of(
                new Named("bare loop", () -> BareCommand.run(one, digits, images)),
                new Named("bare loop, 2 replicas", () -> BareCommand.run(two, digits, images)),
                new Named("bare loop, stock DL4J", () -> BareCommand.runStock(network, train, images / 8)),
                new Named("pipeline", () -> pipeline.train(dataset, images, network, 1, 1)),
                new Named("pipeline, 2 replicas", () -> pipeline.train(dataset, images, network, 1, 2)),
                new Named("pipeline, 2 trainers", () -> pipeline.train(dataset, images, network, 2, 1)));
    }

    private List<Result> compare(String network, List<Named> ways) throws Exception {
        for (int round = 0; round < rounds; round++) {
            for (Named named : ways) {
                double rate = named.way().imagesPerSecond();
                named.rates().add(rate);
                named.ratios().add(rate / ways.get(0).rates().get(round));
            }
        }
        return ways.stream()
                .map(named -> new Result(network, named.name(), median(named.rates()), median(named.ratios())))
                .toList();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
