package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.ScoringJob;
import io.inkstream.jobs.ScoringOptions;
import io.inkstream.jobs.TrainingJob;
import io.inkstream.jobs.TrainingOptions;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs both jobs, asks Flink's Prometheus reporter as Prometheus would, and looks there for all that alerts and dashboard name. */
class MonitoringIT {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? .*");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    private static Sandbox sandbox;

    /** The labels of each metric. */
    private static Map<String, Set<String>> exposed;

    @BeforeAll
    static void scrape() throws Exception {
        int port = freePort();
        sandbox = Sandbox.start(SandboxOptions.defaults()
                .withFlink(
                        "metrics.reporter.prom.factory.class",
                        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory")
                .withFlink("metrics.reporter.prom.port", Integer.toString(port)));
        Connections places =
                new Connections("digits", sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
        sandbox.createTopics(1, "digits.training", "digits.images", "digits.predictions", "digits.rejected");
        TrainingJob.submit(
                environment(),
                new TrainingOptions(places)
                        .withNetwork("mlp")
                        .withCheckpointInterval(Duration.ofMillis(500)));
        ScoringJob.submit(
                environment(),
                new ScoringOptions(places)
                        .withParallelism(1)
                        .withCache(sandbox.folder().resolve("cache").toString()));
        produce();
        // Scored and committed: every operator has done all that it does.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            exposed = metrics(port);
            assertThat(exposed).containsKeys(
                    "flink_taskmanager_job_task_operator_scored",
                    "flink_jobmanager_job_lastCompletedCheckpointId");
        });
    }

    @AfterAll
    static void stop() {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @Test
    void alertsAskForWhatIsThere() throws IOException {
        assertThat(Queries.ofAlerts()).isNotEmpty().allSatisfy(MonitoringIT::requireExposed);
    }

    @Test
    void dashboardAsksForWhatIsThere() throws IOException {
        assertThat(Queries.ofDashboard()).isNotEmpty().allSatisfy(MonitoringIT::requireExposed);
    }

    private static void requireExposed(String query) {
        Map<String, Set<String>> selectors = Queries.selectors(query);
        assertThat(selectors).as(query).isNotEmpty();
        selectors.forEach((metric, labels) -> {
            if (!metric.equals("up")) {
                assertThat(exposed).as(query).containsKey(metric);
                assertThat(exposed.get(metric)).as(query).containsAll(labels).containsAll(Queries.groups(query));
            }
        });
    }

    private static StreamExecutionEnvironment environment() {
        return new StreamExecutionEnvironment(sandbox.flinkClient());
    }

    private static void produce() {
        Dataset digits = Datasets.open("../samples/digits");
        Map<String, Object> settings = Map.of("bootstrap.servers", sandbox.kafka());
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (LabeledImage image : digits.slice(0, 640)) {
                producer.send(new ProducerRecord<>("digits.training", "digits", image.toByteArray()));
                producer.send(new ProducerRecord<>("digits.images", "digits", image.getImage().toByteArray()));
            }
        }
    }

    private static Map<String, Set<String>> metrics(int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"))
                .build();
        Map<String, Set<String>> metrics = new TreeMap<>();
        try (Stream<String> lines =
                HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
            lines.filter(line -> !line.startsWith("#")).forEach(line -> {
                var sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                Set<String> labels = metrics.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
                if (sample.group(2) != null) {
                    LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
                }
            });
        }
        return metrics;
    }

    /** The reporter takes a port but does not tell one that it was given. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
