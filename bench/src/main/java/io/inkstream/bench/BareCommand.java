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

    @Option(names = "--images", paramLabel = "N", defaultValue = "9600")
    private int images;

    @Override
    public Integer call() {
        Digits digits = Digits.read(Datasets.open(train));
        TrainingRecipe recipe =
                Networks.recipe(network).toBuilder().setReplicas(replicas).build();
        System.out.printf(Locale.ROOT, "%.1f%n", run(recipe, digits, images));
        return 0;
    }

    /**
     * Trains from nothing, in whole mini-batches.
     *
     * @return images a second of wall time, the first tenth not counted
     */
    static double run(TrainingRecipe recipe, Digits digits, int images) {
        int batch = recipe.getBatchSize();
        byte[] pixels = new byte[batch * Digits.PIXELS];
        byte[] labels = new byte[batch];
        try (DigitNetwork net = DigitNetwork.create(recipe)) {
            int warm = images / 10 / batch;
            long start = System.nanoTime();
            int steps = images / batch;
            for (int step = 0; step < steps; step++) {
                if (step == warm) {
                    start = System.nanoTime();
                }
                digits.copy(step * batch % (digits.size() - batch), batch, pixels, labels);
                net.train(pixels, labels, batch);
            }
            return (steps - warm) * (double) batch * 1e9 / (System.nanoTime() - start);
        }
    }

    /** The same in a JVM of its own with stock DL4J, that is without oneDNN. */
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
