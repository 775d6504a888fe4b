package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.Timestamp;
import io.inkstream.datasets.Datasets;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Label;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Classification over HTTP, with both jobs. */
@ExtendWith(SandboxExtension.class)
class ClassifyIT {
    private static Stack stack;
    private static Gateway gateway;
    private static Http http;

    @BeforeAll
    static void start(Sandbox sandbox) throws Exception {
        stack = Stack.scoring(sandbox);
        gateway = stack.gateway(stack.settings());
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stack.close();
    }

    @Test
    void usageExample() throws Exception {
        HttpResponse<String> response = http.post("/digits/classify", "{\"image_path\": \"seven.png\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonObject answer = Http.json(response);
        assertThat(answer.get("digit").getAsInt()).isBetween(0, 9);
        assertThat(probabilities(answer)).hasSize(10);
        assertThat(probabilities(answer).stream().mapToDouble(p -> p).sum()).isBetween(0.999, 1.001);
        assertThat(answer.get("model_version").getAsLong()).isPositive();
        assertThat(answer.get("latency_ms").getAsDouble()).isPositive();

        HttpResponse<String> again =
                http.get("/digits/classify/" + answer.get("id").getAsString());
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(probabilities(Http.json(again))).isEqualTo(probabilities(answer));
    }

    /** Whoever writes to the topic of predictions. */
    @Test
    void aPredictionWithATimeThatThereIsNotStopsNobody(Sandbox sandbox) throws Exception {
        byte[] hostile = Prediction.newBuilder()
                .setReceived(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                .build()
                .toByteArray();
        String topic = stack.connections().topics().predictions();
        try (KafkaProducer<byte[], byte[]> kafka = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.kafka()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (PartitionInfo partition : kafka.partitionsFor(topic)) {
                byte[] key = ImageTopic.SOURCE.getBytes(StandardCharsets.UTF_8);
                kafka.send(new ProducerRecord<>(topic, partition.partition(), key, hostile))
                        .get();
            }
        }

        assertThat(http.post("/digits/classify", "{\"image_path\": \"seven.png\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theEarlierServicesClientsGetWhatTheyGot() throws Exception {
        HttpResponse<String> response = http.post(
                "/digits/classify",
                "{\"image_path\": \"seven.png\"}",
                "Accept",
                "text/plain",
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).matches("\\[\\d]");
    }

    @Test
    void allFormsOfAnImageAreReadAlike() throws Exception {
        byte[] png = Files.readAllBytes(Stack.SAMPLES.resolve("seven.png"));
        String base64 = Base64.getEncoder().encodeToString(png);
        List<String> bodies = List.of(
                "{\"image_path\": \"seven.png\"}",
                "{\"image\": \"" + base64 + "\"}",
                "{\"image\": \"data:image/png;base64," + base64 + "\"}");
        List<Double> expected = probabilities(Http.json(http.post("/digits/classify", png)));

        for (String body : bodies) {
            assertThat(probabilities(Http.json(http.post("/digits/classify", body))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void pixelsAreTakenRawFlatAndInRows() throws Exception {
        byte[] pixels = sample().getImage().getPixels().toByteArray();
        List<Integer> numbers =
                IntStream.range(0, 784).map(i -> pixels[i] & 0xff).boxed().toList();
        List<List<Integer>> rows = IntStream.range(0, 28)
                .mapToObj(row -> numbers.subList(28 * row, 28 * row + 28))
                .toList();

        List<Double> expected = probabilities(
                Http.json(http.post("/digits/classify", pixels, "Content-Type", "application/octet-stream")));
        assertThat(probabilities(Http.json(http.post("/digits/classify", "{\"pixels\": " + numbers + "}"))))
                .isEqualTo(expected);
        assertThat(probabilities(Http.json(http.post("/digits/classify", "{\"pixels\": " + rows + "}"))))
                .isEqualTo(expected);
    }

    @Test
    void manyAreAnsweredInTheirOrderAndABadOneDoesNotSpoilTheOthers() throws Exception {
        String blank = new ArrayList<>(IntStream.range(0, 30)
                        .mapToObj(row ->
                                IntStream.range(0, 30).map(i -> 255).boxed().toList())
                        .toList())
                .toString();
        HttpResponse<String> response = http.post(
                "/digits/classify", "{\"images\": [{\"image_path\": \"seven.png\"}, {\"pixels\": " + blank + "}]}");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonArray answers = Http.json(response).getAsJsonArray("predictions");
        assertThat(answers).hasSize(2);
        assertThat(answers.get(0).getAsJsonObject().has("digit")).isTrue();
        assertThat(answers.get(1).getAsJsonObject().get("error").getAsString()).startsWith("BLANK_IMAGE");
    }

    @Test
    void whatTheJobCannotUseIsTold() throws Exception {
        byte[] broken = Files.readAllBytes(Stack.SAMPLES.resolve("seven.png"));
        broken[40] ^= 0x55;
        HttpResponse<String> response = http.post("/digits/classify", broken);

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(Http.json(response).get("error").getAsString()).startsWith("UNDECODABLE_IMAGE");
        assertThat(Http.json(response).get("remedy").getAsString()).isNotBlank();
    }

    @Test
    void anUnknownIdIsNotFound() throws Exception {
        assertThat(http.get("/digits/classify/not-there").statusCode()).isEqualTo(404);
        assertThat(http.get("/digits/classify/..%2f..").statusCode()).isEqualTo(404);
    }

    @Test
    void aLabelIsInKafkaWhenItIsAnswered(Sandbox sandbox) throws Exception {
        String topic = stack.connections().topics().labels();
        sandbox.createTopics(1, topic);
        String id = Http.json(http.post("/digits/classify", "{\"image_path\": \"seven.png\"}"))
                .get("id")
                .getAsString();
        HttpResponse<String> response = http.post("/digits/labels", "{\"id\": \"" + id + "\", \"digit\": 7}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        TopicPartition place = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> kafka = new KafkaConsumer<>(
                Map.of("bootstrap.servers", sandbox.kafka()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            kafka.assign(List.of(place));
            kafka.seekToBeginning(List.of(place));
            ConsumerRecord<byte[], byte[]> record =
                    kafka.poll(Stack.PATIENCE).iterator().next();
            Label label = Label.parseFrom(record.value());
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(id);
            assertThat(label.getImageId()).isEqualTo(id);
            assertThat(label.getDigit()).isEqualTo(7);
            assertThat(label.getReason()).isEqualTo("correction");
        }
    }

    private static LabeledImage sample() {
        return Datasets.open(Stack.SAMPLES.resolve("digits").toString())
                .iterator()
                .next();
    }

    private static List<Double> probabilities(JsonObject answer) {
        assertThat(answer.has("probabilities")).as(answer.toString()).isTrue();
        return answer.getAsJsonArray("probabilities").asList().stream()
                .map(JsonElement::getAsDouble)
                .toList();
    }
}
