package io.inkstream.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inkstream topics list}: the topics of a model, and whether the jobs can use them. */
@Command(
        name = "list",
        description = {
            "Lists the topics of a model with their partitions and replicas, and what keeps the jobs from using them.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:The jobs can use all of them.",
            "1:One is missing or not as the jobs need it, or Kafka does not answer.",
            "2:The command line is wrong."
        })
final class TopicsListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Override
    public Integer call() throws InterruptedException {
        kafka.requireModelName();
        List<ModelTopics.Topic> topics = KafkaTopics.ask(kafka.access(), admin -> new ModelTopics(kafka, admin).read());
        return print(spec, topics);
    }

    /** Returns the exit code. */
    static int print(CommandSpec spec, List<ModelTopics.Topic> topics) {
        PrintWriter out = spec.commandLine().getOut();
        int width =
                topics.stream().mapToInt(topic -> topic.name().length()).max().orElse(0);
        String columns = "%-" + width + "s  %10s %8s%n";
        out.printf(Locale.ROOT, columns, "topic", "partitions", "replicas");
        topics.forEach(topic ->
                out.printf(Locale.ROOT, columns, topic.name(), number(topic.partitions()), number(topic.replicas())));
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        topics.forEach(topic -> topic.problem().ifPresent(problem -> err.println("inkstream: " + problem)));
        err.flush();
        return topics.stream().allMatch(topic -> topic.problem().isEmpty()) ? 0 : 1;
    }

    private static String number(Optional<Integer> number) {
        return number.map(Object::toString).orElse("-");
    }
}
