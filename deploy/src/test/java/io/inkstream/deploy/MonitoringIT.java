package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.gateway.Gateway;
import io.inkstream.gateway.GatewaySettings;
import io.inkstream.gateway.Limits;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.FeedbackJob;
import io.inkstream.jobs.FeedbackOptions;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs all jobs and a gateway, asks them as Prometheus would, and looks there for all that alerts and dashboard name. */
class MonitoringIT {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? .*");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private static Sandbox sandbox;
    private static Gateway gateway;
    private static int port;

    @BeforeAll
    static void runAllJobs() throws Exception {
        port = freePort();
        sandbox = Sandbox.start(SandboxOptions.defaults()
                .withFlink(
                        "metrics.reporter.prom.factory.class",
                        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory")
                .withFlink("metrics.reporter.prom.port", Integer.toString(port)));
        Connections places =
                new Connections("digits", sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
        sandbox.createTopics(
                1, "digits.training", "digits.images", "digits.predictions", "digits.labels", "digits.rejected");
        sandbox.createCompactedTopics("digits.evaluations");
        gateway = Gateway.start(
                GatewaySettings.of(places.model(), places.kafkaAccess(), places.zookeeperAccess(), places.root())
                        .withLimits(Limits.defaults().withAtOnce(10, 1, 1)));
        GatewayClient client = new GatewayClient(URI.create(gateway.url()));
        client.awaitClassify(new byte[28 * 28], 503);
        client.openTwoEventStreams();
        TrainingJob.submit(
                environment(),
                new TrainingOptions(places).withNetwork("mlp").withCheckpointInterval(Duration.ofMillis(500)));
        ScoringJob.submit(
                environment(),
                new ScoringOptions(places)
                        .withParallelism(1)
                        .withCache(sandbox.folder().resolve("cache").toString()));
        FeedbackJob.submit(environment(), new FeedbackOptions(places).withParallelism(1));
        produce();
        client.awaitClassify(new byte[28 * 28], 200);
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @Test
    void alertsAskForWhatIsThere() throws IOException {
        requireExposed(Queries.ofAlerts());
    }

    @Test
    void dashboardAsksForWhatIsThere() throws IOException {
        requireExposed(Queries.ofDashboard());
    }

    /** In the end: some metrics come with a first record. */
    private static void requireExposed(List<String> queries) {
        assertThat(queries).isNotEmpty();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Map<String, List<Map<String, String>>> exposed = metrics();
            assertThat(queries).allSatisfy(query -> requireExposed(query, exposed));
        });
    }

    private static void requireExposed(String query, Map<String, List<Map<String, String>>> exposed) {
        List<Selector> selectors = Selector.of(query);
        assertThat(selectors).as(query).isNotEmpty();
        for (Selector selector : selectors) {
            // Prometheus' own.
            if (!selector.metric().equals("up")) {
                assertThat(exposed.keySet()).as(query).contains(selector.metric());
                assertThat(exposed.get(selector.metric())).as(query).anySatisfy(labels -> {
                    assertThat(selector.chooses(labels)).isTrue();
                    assertThat(labels.keySet()).containsAll(Queries.groups(query));
                });
            }
        }
    }

    private static StreamExecutionEnvironment environment() {
        return new StreamExecutionEnvironment(sandbox.flinkClient());
    }

    private static void produce() throws Exception {
        Dataset digits = Datasets.open("../samples/digits");
        Map<String, Object> settings = Map.of("bootstrap.servers", sandbox.kafka());
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (LabeledImage image : digits.slice(0, 640)) {
                byte[] labelled = image.toByteArray();
                byte[] unlabelled = image.getImage().toByteArray();
                sent.add(producer.send(new ProducerRecord<>("digits.training", "digits", labelled)));
                sent.add(producer.send(new ProducerRecord<>("digits.images", "digits", unlabelled)));
            }
        }
        for (Future<RecordMetadata> record : sent) {
            record.get();
        }
    }

    /** Of each metric, the labels of its samples. */
    private static Map<String, List<Map<String, String>>> metrics() throws Exception {
        Map<String, List<Map<String, String>>> metrics = new TreeMap<>();
        addMetrics("http://localhost:" + port + "/metrics", metrics);
        addMetrics(gateway.url() + "/metrics", metrics);
        return metrics;
    }

    private static void addMetrics(String url, Map<String, List<Map<String, String>>> metrics) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        try (Stream<String> lines =
                HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
            lines.filter(line -> !line.startsWith("#")).forEach(line -> {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                metrics.computeIfAbsent(sample.group(1), name -> new ArrayList<>())
                        .add(labels(sample.group(2)));
            });
        }
    }

    private static Map<String, String> labels(String inBraces) {
        Map<String, String> labels = new TreeMap<>();
        if (inBraces != null) {
            LABEL.matcher(inBraces).results().forEach(label -> labels.put(label.group(1), label.group(2)));
        }
        return labels;
    }

    /** The reporter takes a port but does not tell one that it was given. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
