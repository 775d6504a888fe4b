package io.inkstream.bench;

import io.inkstream.gateway.Gateway;
import io.inkstream.gateway.GatewaySettings;
import io.inkstream.jobs.Connections;
import io.inkstream.sandbox.Sandbox;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how long a digit takes over HTTP, and where the time goes. */
@Command(
        name = "gateway",
        description =
                "Sends images to a gateway at a steady rate, each when it is due and whatever becomes of those before. Latency in"
                        + " ms, from when a request was due until its answer is there; and its parts.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class GatewayCommand implements Callable<Integer> {
    private static final PrintStream PROGRESS = System.err;

    @Mixin
    private ImagesOption images;

    @Option(names = "--network", paramLabel = "NAME", description = "Of the model, which is untrained.")
    private String network = "lenet";

    @Option(names = "--rate", paramLabel = "N", description = "Requests a second.")
    private int rate = 100;

    @Option(names = "--seconds", paramLabel = "N", description = "Of the measurement.")
    private double seconds = 60;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "At the same rate, before.")
    private double warmUp = 60;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return CtrlC.interrupts(() -> {
            Digits digits = images.read();
            try (Servers servers = Servers.start(images.dataset());
                    Sandbox flink = servers.flink(1);
                    ScoringPipeline pipeline = new ScoringPipeline(flink, digits, 1, env -> {}, options -> {})) {
                flink.createTopics(1, pipeline.topics().training());
                pipeline.versions().publish(network, 1);
                pipeline.rollouts().awaitScorers();
                pipeline.rollouts().rollOut(1, true);
                try (Gateway gateway = Gateway.start(settings(pipeline.connections()))) {
                    GatewayTrial trial = new GatewayTrial(gateway.url(), flink.kafka(), pipeline.topics(), digits);
                    PROGRESS.printf("warming up%n");
                    trial.run(rate, warmUp);
                    GatewayTrial.Result result = trial.run(rate, seconds);
                    print(result);
                    json.write(result);
                }
            }
            return 0;
        });
    }

    private static GatewaySettings settings(Connections connections) {
        return GatewaySettings.of(
                connections.model(), connections.kafkaAccess(), connections.zookeeperAccess(), connections.root());
    }

    private void print(GatewayTrial.Result result) {
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "%s, %,d requests/s for %.0f s: %,d answered 200, %,d otherwise%n",
                network,
                rate,
                seconds,
                result.whole().n(),
                result.others());
        out.println("| | p50 | p99 | p99.9 | max |");
        out.println("|---|--:|--:|--:|--:|");
        List<String> names = List.of(
                "from due to answered",
                "until the gateway sends it to Kafka",
                "through Kafka to the scorer, and scored",
                "through Kafka to the gateway, and answered");
        List<Percentiles> parts = List.of(result.whole(), result.in(), result.scored(), result.out());
        for (int i = 0; i < parts.size(); i++) {
            Percentiles part = parts.get(i);
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %.1f |%n",
                    names.get(i),
                    part.p50(),
                    part.p99(),
                    part.p999(),
                    part.max());
        }
    }
}
