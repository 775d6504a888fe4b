package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Data sets over HTTP to the topic of training, and to a version. */
@ExtendWith(SandboxExtension.class)
class TrainIT {
    @TempDir
    private Path data;

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        Digits.write(data, "train", 1_920);
        try (Stack stack = Stack.withTopics(sandbox);
                Gateway gateway = Gateway.start(stack.settings().withDataRoot(data))) {
            stack.startTraining();
            Http http = new Http(gateway.url());

            HttpResponse<String> response = http.post("/digits/train", "{\"images_batch_path\": \"train\"}");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
            String path = response.headers().firstValue("Location").orElseThrow();
            JsonObject trained = awaitStatus(http, path, "trained");

            assertThat(trained.get("images").getAsLong()).isEqualTo(1_920);
            assertThat(trained.get("produced").getAsLong()).isEqualTo(1_920);
            long version = trained.get("trained_in").getAsLong();
            assertThat(trained.get("status").getAsString()).isEqualTo("trained in version " + version);
            assertThat(version).isEqualTo(firstThatIncludes(stack, 1_919));
            assertThat(ids(sandbox, stack)).isEqualTo(expectedIds(1_920));
        }
    }

    @Test
    void theLastImagesWaitForAFullMiniBatchAndTheStatusSaysSo(Sandbox sandbox) throws Exception {
        Digits.write(data, "first", 1_930);
        Digits.write(data, "second", 1_920);
        try (Stack stack = Stack.withTopics(sandbox);
                Gateway gateway = Gateway.start(stack.settings().withDataRoot(data))) {
            stack.startTraining();
            Http http = new Http(gateway.url());

            String first = location(http.post("/digits/train", "{\"images_batch_path\": \"first\"}"));
            await().atMost(Stack.PATIENCE)
                    .until(() -> Http.json(http.get(first)).has("note"));
            assertThat(state(http, first)).isEqualTo("training");
            String second = location(http.post("/digits/train", "{\"images_batch_path\": \"second\"}"));
            JsonObject trained = awaitStatus(http, first, "trained");

            long last = trained.getAsJsonArray("offsets")
                            .get(0)
                            .getAsJsonObject()
                            .get("to")
                            .getAsLong()
                    - 1;
            assertThat(trained.get("trained_in").getAsLong()).isEqualTo(firstThatIncludes(stack, last));
            assertThat(state(http, second)).isIn("training", "producing", "accepted");
        }
    }

    @Test
    void sixtyThousandAreSentOnceThroughARestartOfTheGatewayInTheMiddle(Sandbox sandbox) throws Exception {
        Digits.write(data, "train", 60_000);
        try (Stack stack = Stack.withTopics(sandbox)) {
            GatewaySettings settings = stack.settings().withDataRoot(data);
            String path;
            try (Gateway gateway = Gateway.start(settings)) {
                Http http = new Http(gateway.url());
                path = location(http.post("/digits/train", "{\"images_batch_path\": \"train\"}"));
                await().atMost(Stack.PATIENCE)
                        .until(() -> Http.json(http.get(path)).get("produced").getAsLong() > 0);
            }
            long before = ids(sandbox, stack).size();
            assertThat(before).isBetween(1L, 59_999L);
            try (Gateway gateway = Gateway.start(settings)) {
                awaitStatus(new Http(gateway.url()), path, "training");
            }

            assertThat(ids(sandbox, stack)).isEqualTo(expectedIds(60_000));
        }
    }

    @Test
    void sixtyThousandAreTrainedOnceThroughRestartsOfGatewayAndTrainingJob(Sandbox sandbox) throws Exception {
        Digits.write(data, "train", 60_000);
        try (Stack stack = Stack.withTopics(sandbox)) {
            stack.startTraining();
            GatewaySettings settings = stack.settings().withDataRoot(data);
            String path;
            try (Gateway gateway = Gateway.start(settings)) {
                Http http = new Http(gateway.url());
                path = location(http.post("/digits/train", "{\"images_batch_path\": \"train\"}"));
                await().atMost(Stack.PATIENCE)
                        .until(() -> Http.json(http.get(path)).get("produced").getAsLong() > 0);
            }
            sandbox.killTaskManager();
            sandbox.startTaskManager();
            stack.restartTraining();
            try (Gateway gateway = Gateway.start(settings)) {
                JsonObject trained = awaitStatus(new Http(gateway.url()), path, "trained");
                long last = trained.getAsJsonArray("offsets")
                                .get(0)
                                .getAsJsonObject()
                                .get("to")
                                .getAsLong()
                        - 1;

                long version = trained.get("trained_in").getAsLong();
                assertThat(version).isEqualTo(firstThatIncludes(stack, last));
                try (ModelRegistry registry = stack.registry()) {
                    ModelVersion made = registry.version(version).orElseThrow();
                    assertThat(made.getLineage().getTotalSamplesTrained()).isEqualTo(60_000);
                    assertThat(registry.newest()).hasValue(version);
                }
            }
            assertThat(ids(sandbox, stack)).isEqualTo(expectedIds(60_000));
        }
    }

    @Test
    void whatIsStoppedIsSentNoFurther(Sandbox sandbox) throws Exception {
        Digits.write(data, "train", 60_000);
        try (Stack stack = Stack.withTopics(sandbox);
                Gateway gateway = Gateway.start(stack.settings().withDataRoot(data))) {
            Http http = new Http(gateway.url());
            String path = location(http.post("/digits/train", "{\"images_batch_path\": \"train\"}"));
            await().atMost(Stack.PATIENCE)
                    .until(() -> Http.json(http.get(path)).get("produced").getAsLong() > 0);

            assertThat(http.delete(path).statusCode()).isEqualTo(202);
            JsonObject stopped = awaitStatus(http, path, "stopped");
            long produced = stopped.get("produced").getAsLong();
            assertThat(produced).isBetween(1L, 59_999L);
            assertThat(ids(sandbox, stack)).isEqualTo(expectedIds((int) produced));
        }
    }

    @Test
    void uploadsAreKeptInHdfsUntilTheyAreSent(Sandbox sandbox) throws Exception {
        Digits.write(data, "train", 64);
        try (Stack stack = Stack.withTopics(sandbox);
                Gateway gateway = Gateway.start(stack.settings())) {
            Http http = new Http(gateway.url());
            String path = location(
                    upload(http, data.resolve("train-images-idx3-ubyte"), data.resolve("train-labels-idx1-ubyte")));
            JsonObject sent = awaitStatus(http, path, "training");

            assertThat(ids(sandbox, stack)).isEqualTo(expectedIds(64));
            String folder = sent.get("path").getAsString().replaceAll("/[^/]*$", "");
            org.apache.hadoop.fs.Path kept = new org.apache.hadoop.fs.Path(folder);
            FileContext hdfs = FileContext.getFileContext(kept.toUri(), new Configuration());
            await().atMost(Stack.PATIENCE).until(() -> !hdfs.util().exists(kept));
        }
    }

    @Test
    void dataSetsInHdfsAreRead(Sandbox sandbox) throws Exception {
        Digits.write(data, "train", 64);
        try (Stack stack = Stack.withTopics(sandbox);
                Gateway gateway = Gateway.start(stack.settings())) {
            org.apache.hadoop.fs.Path folder =
                    new org.apache.hadoop.fs.Path(stack.connections().root() + "/data/hers");
            try (FileSystem hdfs = FileSystem.newInstance(folder.toUri(), new Configuration())) {
                hdfs.mkdirs(folder);
                for (String name : List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte")) {
                    hdfs.copyFromLocalFile(
                            new org.apache.hadoop.fs.Path(data.resolve(name).toUri()), folder);
                }
            }
            Http http = new Http(gateway.url());
            String path = location(http.post("/digits/train", "{\"images_batch_path\": \"" + folder + "/train\"}"));
            awaitStatus(http, path, "training");

            assertThat(ids(sandbox, stack)).isEqualTo(expectedIds(64));
            HttpResponse<String> outside = http.post(
                    "/digits/train", "{\"images_batch_path\": \"" + sandbox.hdfs() + "/inkstream/models/x.npz\"}");
            assertThat(outside.statusCode()).isEqualTo(403);
            String missing =
                    location(http.post("/digits/train", "{\"images_batch_path\": \"" + folder + "/not-there.npz\"}"));
            assertThat(awaitStatus(http, missing, "failed").get("status").getAsString())
                    .contains("there is no");
        }
    }

    @Test
    void whatCannotBeTrainedOnIsRefusedAtOnce(Sandbox sandbox) throws Exception {
        try (Stack stack = Stack.withTopics(sandbox);
                Gateway gateway = Gateway.start(stack.settings())) {
            Http http = new Http(gateway.url());

            assertThat(post(http, "mnist.p")).isEqualTo(415);
            assertThat(post(http, "../pom.xml")).isEqualTo(403);
            assertThat(post(http, "not-there.npz")).isEqualTo(422);
            assertThat(post(http, "seven.png")).isEqualTo(422);
            assertThat(http.post("/digits/train", "{}").statusCode()).isEqualTo(400);
            assertThat(http.get("/digits/train/not-there").statusCode()).isEqualTo(404);
            assertThat(http.post("/digits/train", "{\"images_batch_path\": \"mnist.p\"}")
                            .body())
                    .contains("numpy.savez_compressed");
        }
    }

    private static int post(Http http, String path) throws Exception {
        return http.post("/digits/train", "{\"images_batch_path\": \"" + path + "\"}")
                .statusCode();
    }

    private static String location(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static String state(Http http, String path) throws Exception {
        return Http.json(http.get(path)).get("state").getAsString();
    }

    private static JsonObject awaitStatus(Http http, String path, String state) throws Exception {
        await().atMost(Stack.PATIENCE).until(() -> {
            String now = state(http, path);
            assertThat(now).isNotEqualTo(state.equals("failed") ? "trained" : "failed");
            return now.equals(state);
        });
        return Http.json(http.get(path));
    }

    private static HttpResponse<String> upload(Http http, Path... files) throws IOException, InterruptedException {
        String boundary = "a-boundary";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Path file : files) {
            body.write(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                            + file.getFileName() + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            body.write(Files.readAllBytes(file));
            body.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.write(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return http.post(
                "/digits/train", body.toByteArray(), "Content-Type", "multipart/form-data; boundary=" + boundary);
    }

    /** Found the plain way: all versions, one after the other. */
    private static long firstThatIncludes(Stack stack, long offset) {
        try (ModelRegistry registry = stack.registry()) {
            for (long number : registry.versions()) {
                ModelVersion version = registry.version(number).orElseThrow();
                OffsetRange trained = version.getLineage().getTotalOffsets(0);
                if (trained.getTo() > offset) {
                    return number;
                }
            }
            throw new AssertionError("no version was trained on offset " + offset);
        }
    }

    private static List<String> expectedIds(int count) {
        int digits = Integer.toString(59_999).length();
        return IntStream.range(0, count)
                .mapToObj(i -> ("%0" + digits + "d").formatted(i))
                .toList();
    }

    /** The index of each committed image, in the order of the topic. */
    private static List<String> ids(Sandbox sandbox, Stack stack) throws Exception {
        TopicPartition place = new TopicPartition(stack.connections().topics().training(), 0);
        List<String> ids = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> kafka = new KafkaConsumer<>(
                Map.of("bootstrap.servers", sandbox.kafka(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            kafka.assign(List.of(place));
            kafka.seekToBeginning(List.of(place));
            long end = kafka.endOffsets(List.of(place)).get(place);
            while (kafka.position(place) < end) {
                for (ConsumerRecord<byte[], byte[]> record : kafka.poll(Duration.ofMillis(200))) {
                    String id =
                            LabeledImage.parseFrom(record.value()).getImage().getId();
                    ids.add("%05d".formatted(Integer.parseInt(id.substring(id.lastIndexOf('-') + 1))));
                }
            }
        }
        return ids;
    }
}
