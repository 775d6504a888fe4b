package io.inkstream.bench;

import io.inkstream.sandbox.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The plain loop of {@link LoopCommand}, run in a JVM of its own on images that are in Kafka already. */
final class Loop {
    private static final int IMAGES = 50_000;
    private static final int SOURCES = 100;

    private final Sandbox sandbox;
    private final String images;
    private final double warmUp;
    private final double seconds;
    private final int rounds;

    /** How a loop scores: with DL4J as it comes, or with ONNX Runtime. */
    enum Way {
        DL4J("stock DL4J"),
        ONNX("ONNX Runtime");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    Loop(Servers servers, Sandbox sandbox, double warmUp, double seconds, int rounds) throws IOException {
        this.sandbox = sandbox;
        this.warmUp = warmUp;
        this.seconds = seconds;
        this.rounds = rounds;
        images = sandbox.uniqueName("loop-images");
        sandbox.createTopics(1, images);
        servers.fill(images, IMAGES, SOURCES);
    }

    /** Images per CPU-second of the loop's process, the median of the rounds. */
    double run(Way way, String network) throws Exception {
        String predictions = sandbox.uniqueName("loop-predictions");
        sandbox.createTopics(1, predictions);
        Path onnx = Files.createTempFile("inkstream-bench-", ".onnx");
        try {
            List<String> arguments = new ArrayList<>(List.of(
                    "loop", "--kafka", sandbox.kafka(), "--from", images, "--to", predictions, "--network", network));
            arguments.addAll(List.of("--warm-up", "" + warmUp, "--seconds", "" + seconds, "--rounds", "" + rounds));
            if (way == Way.ONNX) {
                Files.write(onnx, UntrainedVersions.onnx(network, 1));
                arguments.addAll(List.of("--onnx", onnx.toString()));
            }
            return median(Jvm.start(List.of("-Dorg.eclipse.deeplearning4j.helpers.disable=true"), arguments));
        } finally {
            Files.delete(onnx);
        }
    }

    private static double median(Process process) throws IOException, InterruptedException {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("the loop ended with " + process.exitValue());
            }
            double[] rates =
                    output.lines().mapToDouble(Double::parseDouble).sorted().toArray();
            return rates[rates.length / 2];
        } finally {
            process.destroyForcibly();
        }
    }
}
