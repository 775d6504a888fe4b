package io.inkstream.bench;

import io.inkstream.datasets.Datasets;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A bare training loop, without Kafka and Flink: what {@link TrainingCommand} compares with. */
@Command(
        name = "bare",
        description = "Trains a network in a bare loop and prints images per second.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class BareCommand implements Callable<Integer> {
    @Option(names = "--train", paramLabel = "DATASET", defaultValue = "${sys:inkstream.home:-.}/samples/digits")
    private String train;

    @Option(names = "--network", paramLabel = "NAME", defaultValue = "lenet")
    private String network;

    @Option(names = "--replicas", paramLabel = "N", defaultValue = "1")
    private int replicas;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "32")
    private int batchSize;

    @Option(names = "--images", paramLabel = "N", defaultValue = "9600")
    private int images;

    @Option(names = "--stock", description = "DL4J as it comes: its own layers and fit, without oneDNN.")
    private boolean stock;

    @Override
    public Integer call() {
        Digits digits = Digits.read(Datasets.open(train));
        TrainingRecipe recipe = Networks.recipe(network).toBuilder()
                .setBatchSize(batchSize)
                .setReplicas(replicas)
                .build();
        System.out.printf(
                Locale.ROOT, "%.1f%n", stock ? stockLoop(recipe, digits, images) : run(recipe, digits, images));
        return 0;
    }

    /**
     * Trains from nothing, in whole mini-batches.
     *
     * @return images a second of wall time, the first tenth not counted
     */
    static double run(TrainingRecipe recipe, Digits digits, int images) {
        try (DigitNetwork net = DigitNetwork.create(recipe)) {
            return loop(net::train, recipe.getBatchSize(), digits, images);
        }
    }

    private static double stockLoop(TrainingRecipe recipe, Digits digits, int images) {
        return loop(new StockNetwork(recipe)::fit, recipe.getBatchSize(), digits, images);
    }

    @FunctionalInterface
    private interface Training {
        void step(byte[] pixels, byte[] labels, int n);
    }

    private static double loop(Training training, int batch, Digits digits, int images) {
        byte[] pixels = new byte[batch * Digits.PIXELS];
        byte[] labels = new byte[batch];
        int steps = images / batch;
        int warm = steps / 10;
        long start = System.nanoTime();
        for (int step = 0; step < steps; step++) {
            if (step == warm) {
                start = System.nanoTime();
            }
            digits.copy(step * batch % (digits.size() - batch), batch, pixels, labels);
            training.step(pixels, labels, batch);
        }
        return (steps - warm) * (double) batch * 1e9 / (System.nanoTime() - start);
    }

    /** The same with DL4J as it comes, in a JVM of its own, because oneDNN is switched for all of it. */
    static double runStock(String network, String train, int images) throws Exception {
        Path home = Path.of(System.getProperty("inkstream.home", "."));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + home.resolve("jvm.options"),
                "-Dorg.eclipse.deeplearning4j.helpers.disable=true",
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName(),
                "bare",
                "--stock",
                "--network",
                network,
                "--train",
                train,
                "--images",
                Integer.toString(images));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the loop with stock DL4J ended with " + process.exitValue());
        }
        return Double.parseDouble(output.strip());
    }
}
