package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** produce and predictions against a real Kafka. */
@ExtendWith(SandboxExtension.class)
class KafkaCommandsIT {
    private static final String SAMPLES = Path.of(System.getProperty("basedir", "."))
            .resolve("../samples/digits")
            .toString();

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        String model = sandbox.uniqueName("model");
        sandbox.createTopics(1, model + ".training", model + ".images");
        String[] kafka = {"--bootstrap-servers", sandbox.kafka(), "--model", model};

        assertThat(run(kafka, "produce", SAMPLES).exitCode()).isZero();
        List<ConsumerRecord<String, byte[]>> training = read(sandbox, model + ".training", 1);
        assertThat(training).hasSize(10_000).allMatch(record -> record.key().equals("digits"));
        LabeledImage last = LabeledImage.parseFrom(training.get(9_999).value());
        assertThat(last.getImage().getId()).isEqualTo("digits-9999");
        assertThat(last.getImage().getSource()).isEqualTo("digits");
        assertThat(last.hasLabel()).isTrue();

        assertThat(run(kafka, "produce", SAMPLES, "--unlabeled", "--sources", "2", "--source", "s")
                        .exitCode())
                .isZero();
        List<ConsumerRecord<String, byte[]>> images = read(sandbox, model + ".images", 1);
        assertThat(images).hasSize(10_000);
        assertThat(images.get(1).key()).isEqualTo("s-1");
        assertThat(Image.parseFrom(images.get(1).value()).getPixels().size()).isEqualTo(784);
    }

    @Test
    void aMissingTopicIsNamedAndHowToCreateIt(Sandbox sandbox) {
        Run run = Run.of("produce", SAMPLES, "--topic", "not-there", "--bootstrap-servers", sandbox.kafka());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("has no topic not-there; create it: kafka-topics.sh")
                .hasLineCount(1);
        assertThat(Run.of("produce", SAMPLES, "--topic", "no/name", "--bootstrap-servers", sandbox.kafka())
                        .err())
                .contains("'no/name' is no name for a topic");
    }

    @Test
    void anInterruptEndsASendingThatIsPaced(Sandbox sandbox) throws Exception {
        String topic = sandbox.uniqueName("slow");
        sandbox.createTopic(topic, 1);
        SendOptions options = new SendOptions(topic, true, "s", 1, OptionalDouble.of(200), 1);
        AtomicLong acknowledged = new AtomicLong();
        FutureTask<RecordSender.Sent> sending = new FutureTask<>(() -> {
            try (ImageProducer producer = new ImageProducer(KafkaAccess.open(sandbox.kafka()), Map.of())) {
                return producer.send(Datasets.open(SAMPLES), options, acknowledged::set);
            }
        });
        Thread thread = new Thread(sending);
        thread.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.get() > 0);
        thread.interrupt();

        assertThatThrownBy(sending::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(read(sandbox, topic, 1)).hasSizeBetween(1, 9_999);
    }

    @Test
    void aKafkaThatGoesAwayEndsTheSendingWithAClearError(Sandbox sandbox) {
        String topic = sandbox.uniqueName("gone");
        sandbox.createTopic(topic, 1);
        Map<String, Object> impatient =
                Map.of("delivery.timeout.ms", 2000, "request.timeout.ms", 1000, "linger.ms", 0, "max.block.ms", 2000);
        Dataset few = Datasets.open(SAMPLES).slice(0, 10);
        SendOptions options = SendOptions.of(topic, true, "s");
        try (ImageProducer producer = new ImageProducer(KafkaAccess.open(sandbox.kafka()), impatient)) {
            sandbox.stopKafka();
            assertThatThrownBy(() -> producer.send(few, options, soFar -> {}))
                    .isInstanceOf(CliException.class)
                    .hasMessageContainingAll("did not take an image for " + topic, "after 0 were acknowledged");
        } finally {
            sandbox.startKafka();
        }
    }

    @Test
    void onlyCommittedPredictionsArePrinted(Sandbox sandbox) throws Exception {
        String model = sandbox.uniqueName("model");
        sandbox.createTopic(model + ".predictions", 1);
        String[] all = {"--from-beginning", "--bootstrap-servers", sandbox.kafka(), "--model", model};
        predict(sandbox, model, "aborted", false);
        predict(sandbox, model, "first", true);
        predict(sandbox, model, "second", true);

        Run two = run(all, "predictions", "--max", "2");
        assertThat(two.exitCode()).isZero();
        assertThat(two.out().lines()).hasSize(2).first().asString().contains("\"id\":\"first\"", "\"digit\":0");
        assertThat(run(all, "predictions", "--max", "1").out()).hasLineCount(1).contains("first");

        Run three = run(all, "predictions", "--max", "3", "--timeout", "10");
        assertThat(three.exitCode()).isEqualTo(1);
        assertThat(three.err()).contains("2 of 3 predictions came").hasLineCount(1);
        assertThat(run(all, "predictions", "--timeout", "0.5").exitCode()).isZero();
    }

    @Test
    void withoutFromBeginningOnlyWhatComesLaterIsRead(Sandbox sandbox) throws Exception {
        String model = sandbox.uniqueName("model");
        String topic = model + ".predictions";
        sandbox.createTopic(topic, 2);
        predict(sandbox, model, "before", true);
        List<Prediction> seen = new ArrayList<>();
        try (PredictionReader reader = new PredictionReader(KafkaAccess.open(sandbox.kafka()), topic, false)) {
            predict(sandbox, model, "after", true);
            reader.readWhile(prediction -> !seen.add(prediction), Optional.empty());
        }

        assertThat(seen).extracting(Prediction::getId).containsExactly("after");
    }

    private static void predict(Sandbox sandbox, String model, String id, boolean commit) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", sandbox.kafka(), "transactional.id", sandbox.uniqueName("predictor"));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            byte[] value = Prediction.newBuilder().setId(id).build().toByteArray();
            producer.send(new ProducerRecord<>(model + ".predictions", "s", value))
                    .get();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    /** Everything in the topic, partition by partition. */
    private static List<ConsumerRecord<String, byte[]>> read(Sandbox sandbox, String topic, int partitions) {
        Map<String, Object> settings = Map.of("bootstrap.servers", sandbox.kafka(), "auto.offset.reset", "earliest");
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            for (int partition = 0; partition < partitions; partition++) {
                TopicPartition place = new TopicPartition(topic, partition);
                long end = consumer.endOffsets(List.of(place)).get(place);
                consumer.assign(List.of(place));
                while (consumer.position(place) < end) {
                    consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
                }
            }
        }
        return records;
    }

    private static Run run(String[] options, String... command) {
        return Run.of(Stream.of(command, options).flatMap(Stream::of).toArray(String[]::new));
    }
}
