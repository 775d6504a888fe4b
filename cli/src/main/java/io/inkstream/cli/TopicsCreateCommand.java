package io.inkstream.cli;

import io.inkstream.jobs.TopicNeeds;
import io.inkstream.jobs.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inkstream topics create}: makes the topics of a model that are missing. */
@Command(
        name = "create",
        description = {
            "Creates those topics of a model that are missing, as the jobs need them. Changes none that is there.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:All of them are there, and the jobs can use them.",
            "1:One that was there has other partitions, and none was created; or one is not as the jobs need it; or Kafka"
                    + " refuses or does not answer.",
            "2:The command line is wrong."
        })
final class TopicsCreateCommand implements Callable<Integer> {
    /** Rejected records are for people to look at: long enough for that, and no flood of them fills a disk. */
    private static final Map<String, String> OF_REJECTED = Map.of(
            "cleanup.policy",
            "delete",
            "retention.ms",
            Long.toString(Duration.ofDays(30).toMillis()),
            "retention.bytes",
            Long.toString(1L << 30),
            "max.message.bytes",
            TopicNeeds.MAX_MESSAGE_BYTES);

    private static final Map<String, String> OF_PREDICTIONS = Map.of("max.message.bytes", TopicNeeds.MAX_MESSAGE_BYTES);

    /** One record of each version is enough. The segment that is written to is never compacted, hence small ones. */
    private static final Map<String, String> OF_EVALUATIONS = Map.of(
            "cleanup.policy",
            "compact",
            "segment.bytes",
            Integer.toString(16 << 20),
            "max.message.bytes",
            TopicNeeds.MAX_MESSAGE_BYTES);

    private static final Duration SERVED_LIMIT = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "Of images, predictions and labels: so many scorers can work side by side. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--training-partitions",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Of training: with one, a rerun on the same records gives the same parameters, as their order is"
                            + " that of the topic; with more, as many trainers can work side by side. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int trainingPartitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            defaultValue = "-1",
            description =
                    "Copies of each record; -1 for as many as the brokers' default.replication.factor says. Default:"
                            + " ${DEFAULT-VALUE}.")
    private short replicationFactor;

    @Mixin
    private KafkaOptions kafka;

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        Map<String, NewTopic> wanted = wanted(Topics.of(kafka.model));
        return KafkaTopics.ask(kafka.access(), admin -> {
            ModelTopics topics = new ModelTopics(kafka, admin);
            create(admin, missing(wanted, topics.read()));
            return TopicsListCommand.print(spec, awaitServed(topics));
        });
    }

    private void checkOptions() {
        if (partitions < 1 || trainingPartitions < 1) {
            throw new ParameterException(spec.commandLine(), "there must be at least 1 partition");
        }
        if (replicationFactor < 1 && replicationFactor != -1) {
            throw new ParameterException(spec.commandLine(), "--replication-factor must be at least 1, or -1");
        }
        kafka.requireModelName();
    }

    private Map<String, NewTopic> wanted(Topics topics) {
        Map<String, NewTopic> wanted = new LinkedHashMap<>();
        for (NewTopic topic : List.of(
                topic(topics.training(), trainingPartitions, Map.of()),
                topic(topics.images(), partitions, Map.of()),
                topic(topics.predictions(), partitions, OF_PREDICTIONS),
                topic(topics.labels(), partitions, Map.of()),
                topic(topics.evaluations(), 1, OF_EVALUATIONS),
                topic(topics.rejected(), 1, OF_REJECTED))) {
            wanted.put(topic.name(), topic);
        }
        return wanted;
    }

    private NewTopic topic(String name, int count, Map<String, String> settings) {
        Optional<Short> replicas = replicationFactor == -1 ? Optional.empty() : Optional.of(replicationFactor);
        return new NewTopic(name, Optional.of(count), replicas).configs(settings);
    }

    /** @throws CliException where one is there with other partitions: then it is not what was asked for */
    private static List<NewTopic> missing(Map<String, NewTopic> wanted, List<ModelTopics.Topic> there) {
        for (ModelTopics.Topic topic : there) {
            int asked = wanted.get(topic.name()).numPartitions();
            topic.partitions().filter(actual -> actual != asked).ifPresent(actual -> {
                throw new CliException(
                        ("topic %s is there with %s, not with %d, and nothing was created: ask for as many (--partitions,"
                                        + " --training-partitions), delete it, or name another --model")
                                .formatted(topic.name(), Plain.count(actual, "partition"), asked));
            });
        }
        return there.stream()
                .filter(topic -> topic.partitions().isEmpty())
                .map(topic -> wanted.get(topic.name()))
                .toList();
    }

    private static void create(Admin admin, List<NewTopic> topics) throws ExecutionException, InterruptedException {
        for (KafkaFuture<Void> created : admin.createTopics(topics).values().values()) {
            try {
                created.get();
            } catch (ExecutionException e) {
                // Somebody else did at the same time, or Kafka does not tell this user what is there.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    /** Kafka answers as soon as its controller knows of them; a job that is submitted then would not find them yet. */
    private static List<ModelTopics.Topic> awaitServed(ModelTopics topics) throws InterruptedException {
        long deadline = System.nanoTime() + SERVED_LIMIT.toNanos();
        List<ModelTopics.Topic> read = topics.read();
        while (read.stream().anyMatch(ModelTopics.Topic::isMissing) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
            read = topics.read();
        }
        return read;
    }
}
