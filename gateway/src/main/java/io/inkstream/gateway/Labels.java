package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.util.Timestamps;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.schemas.v1.Label;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@code POST /digits/labels}: the truth about images that were scored, from a person or a system. */
final class Labels implements AutoCloseable {
    private static final int LONGEST_ID = 1_024;
    private static final int LONGEST_REASON = 200;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final String topic;
    private final int most;
    private final KafkaProducer<byte[], byte[]> kafka;

    Labels(KafkaAccess access, String topic, int most) {
        this.topic = topic;
        this.most = most;
        Map<String, Object> settings = access.producerSettings();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "inkstream-gateway-labels");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);
        kafka = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Answers when Kafka has all of them. */
    Reply post(Call call) throws InterruptedException {
        List<Label> labels = parse(Json.object(call.body()));
        send(labels);
        JsonObject document = new JsonObject();
        document.addProperty("labels", labels.size());
        return Reply.json(202, document);
    }

    private void send(List<Label> labels) throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try {
            for (Label label : labels) {
                Future<RecordMetadata> record = kafka.send(
                        new ProducerRecord<>(topic, label.getImageId().getBytes(UTF_8), label.toByteArray()));
                if (record.isDone()) {
                    // Mostly because it could not be sent, for which each would wait in turn.
                    record.get();
                }
                sent.add(record);
            }
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        } catch (ExecutionException e) {
            throw ProblemException.unavailable(
                    "Kafka did not take all of the labels: " + Words.of(e.getCause()),
                    "try again: a label may come twice; is there a topic %s? ./inkstream topics create makes it"
                            .formatted(topic));
        }
    }

    private List<Label> parse(JsonObject request) {
        if (!request.has("labels")) {
            return List.of(label(request));
        }
        if (!(request.get("labels") instanceof JsonArray list) || list.isEmpty() || list.size() > most) {
            throw ProblemException.badRequest(
                    "labels is no list, is empty or too long", "send 1 to %d at a time".formatted(most));
        }
        List<Label> labels = new ArrayList<>(list.size());
        for (JsonElement element : list) {
            if (!(element instanceof JsonObject object)) {
                throw ProblemException.badRequest("a label is no object", "send {\"id\": …, \"digit\": …}");
            }
            labels.add(label(object));
        }
        return labels;
    }

    private static Label label(JsonObject object) {
        String id = Json.text(object, "id").orElse("");
        String reason = Json.text(object, "reason").orElse("correction");
        if (id.isEmpty() || id.length() > LONGEST_ID || reason.length() > LONGEST_REASON) {
            throw ProblemException.badRequest(
                    "id has %d characters, reason %d".formatted(id.length(), reason.length()),
                    "give 1 to %d and at most %d; the id is the one in the answer to classify"
                            .formatted(LONGEST_ID, LONGEST_REASON));
        }
        return Label.newBuilder()
                .setImageId(id)
                .setDigit(digit(object.get("digit")))
                .setReason(reason)
                .setLabeled(Timestamps.now())
                .build();
    }

    private static int digit(JsonElement element) {
        String text = element instanceof JsonPrimitive ? element.getAsString() : "";
        if (!text.matches("\\d")) {
            throw ProblemException.badRequest("digit is '%s'".formatted(Words.cut(text)), "give one from 0 to 9");
        }
        return text.charAt(0) - '0';
    }

    @Override
    public void close() {
        kafka.close(CLOSE_PATIENCE);
    }
}
