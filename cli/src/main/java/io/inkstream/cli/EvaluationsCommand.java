package io.inkstream.cli;

import io.inkstream.schemas.v1.LiveEvaluation;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inkstream evaluations}: prints how well each version reads what it serves, by the labels that came later. */
@Command(
        name = "evaluations",
        description = {
            "Shows how many of its predictions each version got right, by the labels that have come for them since.",
            "",
            "'random-audit' counts only labels with this reason: a fair sample, by which the accuracy is 'within' these"
                    + " bounds, 19 times in 20, however often one looks. 'latest' are about the latest 1,000 labels, 'often'"
                    + " is the mistake made most often.",
            ""
        })
final class EvaluationsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LimitOption limit;

    @Option(
            names = "--json",
            description = "Print all of it, the confusion matrices included, as one line of JSON instead.")
    private boolean json;

    @Mixin
    private KafkaOptions kafka;

    @Override
    public Integer call() throws Exception {
        CtrlC.interrupts(this::print);
        return 0;
    }

    private void print() throws InterruptedException {
        String topic = kafka.model + ".evaluations";
        KafkaTopics.require(kafka, topic);
        List<LiveEvaluation> newestFirst = LimitOption.newestFirst(
                List.copyOf(Evaluations.read(kafka.access(), topic).values()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.print(EvaluationTable.json(kafka.model, limit.of(newestFirst))));
        } else if (newestFirst.isEmpty()) {
            out.println("no label has come yet for what a version of the model %s has read".formatted(kafka.model));
        } else {
            out.print(new EvaluationTable().text(limit.of(newestFirst)));
        }
        out.flush();
    }
}
