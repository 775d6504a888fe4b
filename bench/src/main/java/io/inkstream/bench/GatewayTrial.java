package io.inkstream.bench;

import com.google.gson.JsonParser;
import com.google.protobuf.util.Timestamps;
import io.inkstream.jobs.Topics;
import io.inkstream.schemas.v1.Prediction;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongBiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sends images over HTTP, and takes the time of each. Where it went is told by its prediction, which says when the gateway
 * sent the image and when it was scored: read from Kafka afterwards, so that nothing more is at work meanwhile.
 */
final class GatewayTrial {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final String kafka;
    private final Topics topics;
    private final Digits digits;

    /** All in milliseconds, of those that were answered with a digit. */
    record Result(Percentiles whole, Percentiles in, Percentiles scored, Percentiles out, int others) {}

    private record Answer(String id, long due, long answered) {}

    GatewayTrial(String url, String kafka, Topics topics, Digits digits) {
        this.url = URI.create(url + "/digits/classify");
        this.kafka = kafka;
        this.topics = topics;
        this.digits = digits;
    }

    Result run(int rate, double seconds) throws Exception {
        ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        long began = SteadyLoad.now();
        int count = (int) (rate * seconds);
        for (int i = 0; i < count; i++) {
            long due = began + i * 1_000_000_000L / rate;
            for (long wait = due - SteadyLoad.now(); wait > 0; wait = due - SteadyLoad.now()) {
                LockSupport.parkNanos(wait);
            }
            all.add(client.sendAsync(request(i), BodyHandlers.ofString())
                    .thenAccept(response -> note(response, due, answers)));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
        return result(List.copyOf(answers), count);
    }

    private HttpRequest request(int i) {
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(digits.image(i % digits.size())))
                .build();
    }

    private static void note(HttpResponse<String> response, long due, ConcurrentLinkedQueue<Answer> answers) {
        if (response.statusCode() == 200) {
            String id = JsonParser.parseString(response.body())
                    .getAsJsonObject()
                    .get("id")
                    .getAsString();
            answers.add(new Answer(id, due, SteadyLoad.now()));
        }
    }

    private Result result(List<Answer> answers, int sent) throws Exception {
        Map<String, Prediction> predictions = predictions();
        return new Result(
                times(answers, predictions, (answer, prediction) -> answer.answered() - answer.due()),
                times(
                        answers,
                        predictions,
                        (answer, prediction) -> Timestamps.toNanos(prediction.getCaptured()) - answer.due()),
                times(
                        answers,
                        predictions,
                        (answer, prediction) -> Timestamps.toNanos(prediction.getScored())
                                - Timestamps.toNanos(prediction.getCaptured())),
                times(
                        answers,
                        predictions,
                        (answer, prediction) -> answer.answered() - Timestamps.toNanos(prediction.getScored())),
                sent - answers.size());
    }

    private static Percentiles times(
            List<Answer> answers, Map<String, Prediction> predictions, ToLongBiFunction<Answer, Prediction> time) {
        return Percentiles.ofNanos(answers.stream()
                .mapToLong(answer -> time.applyAsLong(answer, predictions.get(answer.id())))
                .toArray());
    }

    private Map<String, Prediction> predictions() throws Exception {
        Map<String, Prediction> predictions = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topics.predictions()).stream()
                    .map(partition -> new TopicPartition(topics.predictions(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Prediction prediction = Prediction.parseFrom(record.value());
                    predictions.put(prediction.getId(), prediction);
                }
            }
        }
        return predictions;
    }
}
