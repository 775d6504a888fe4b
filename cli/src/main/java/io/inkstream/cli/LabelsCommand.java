package io.inkstream.cli;

import io.inkstream.datasets.Datasets;
import io.inkstream.schemas.v1.Label;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream labels}: sends to Kafka, late, what is really on images that have been read. */
@Command(
        name = "labels",
        description = {
            "Sends labels of images that were sent without: the model learns from them, and is judged by them.",
            "",
            "FILE has a label to each line: id,digit or id,digit,reason or id,digit,reason,labeled; or a JSON object with"
                    + " these keys. '-' is standard input. All lines are checked before the first label is sent, but those"
                    + " of standard input.",
            ""
        })
final class LabelsCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private From from;

    /** One of the two. */
    private static final class From {
        @Parameters(paramLabel = "FILE", description = "The labels.", arity = "0..1")
        private String file;

        @Option(
                names = "--from-dataset",
                paramLabel = "DATASET",
                description = "The labels of a data set whose images were sent by 'produce --unlabeled DATASET'.")
        private String dataset;
    }

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            converter = Delay.Converter.class,
            description =
                    "How late each label comes: 5s, all alike; 0s..10m, evenly spread; exponential:2m, most soon and some"
                            + " very late, 2m on average. Default: not at all.")
    private Delay delay = Delay.NONE;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "As if N images had come a second, one after the other. Default: as if all had come just now.")
    private Double rate;

    @Option(
            names = "--share",
            paramLabel = "SHARE",
            defaultValue = "1",
            description = "Only so many of the images get a label, drawn by lot: 0.1 is a tenth. Default: all.")
    private double share;

    @Option(
            names = "--reason",
            paramLabel = "WORD",
            description =
                    "Why they were given, for those that do not say: random-audit counts as a fair sample, correction"
                            + " and others do not. Default: random-audit with --from-dataset, else none.")
    private String reason;

    @Option(
            names = "--wrong",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "So many of them are wrong on purpose, drawn by lot: one digit too high. Default: none.")
    private double wrong;

    @Option(names = "--max", paramLabel = "N", description = "Send N labels at most.")
    private Long max;

    @Option(names = "--topic", paramLabel = "NAME", description = "Send to this topic instead.")
    private String topic;

    @Mixin
    private KafkaOptions kafka;

    @Override
    public Integer call() throws Exception {
        checkNumbers();
        CtrlC.interrupts(this::send);
        return 0;
    }

    private void checkNumbers() {
        require(rate == null || rate > 0, "--rate must be more than 0");
        require(share > 0 && share <= 1, "--share must be more than 0, and at most 1");
        require(wrong >= 0 && wrong <= 1, "--wrong must be from 0 to 1");
        require(max == null || max > 0, "--max must be at least 1");
        require(
                reason == null || reason.length() <= LabelLines.MAX_REASON,
                "--reason must have at most %d characters".formatted(LabelLines.MAX_REASON));
    }

    private void require(boolean met, String otherwise) {
        if (!met) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private void send() throws InterruptedException {
        LabelSource source = source();
        long total = source.isRepeatable() ? count(source) : -1;
        String to = topic != null ? topic : kafka.model + ".labels";
        KafkaTopics.require(kafka, to);
        RecordSender.Sent sent = send(source, to, total);
        System.err.printf(
                Locale.ROOT,
                "%,d labels to %s in %.1f s%n",
                sent.records(),
                to,
                sent.elapsed().toMillis() / 1000.0);
    }

    private LabelSource source() {
        if (from.dataset != null) {
            return new LabelSource.OfDataset(Datasets.open(from.dataset).requireLabels());
        }
        if (from.file.equals(STANDARD_INPUT)) {
            return new LabelSource.StandardInput();
        }
        try {
            return new LabelSource.InFile(Path.of(from.file));
        } catch (InvalidPathException e) {
            throw new CliException("no path: " + from.file, e);
        }
    }

    /** Reads all of it, so that a line that is no label is found before anything is sent. */
    private long count(LabelSource source) {
        try (Stream<Label> labels = source.open()) {
            return choice().of(labels).count();
        }
    }

    private LabelChoice choice() {
        String unless = from.dataset == null ? "" : LabelChoice.RANDOM_AUDIT;
        return new LabelChoice(share, wrong, reason == null ? unless : reason, max == null ? Long.MAX_VALUE : max);
    }

    private RecordSender.Sent send(LabelSource source, String to, long total) throws InterruptedException {
        OptionalDouble pace = rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
        try (Stream<Label> labels = source.open();
                LabelProducer producer = new LabelProducer(kafka.access());
                ProgressBar bar = Progress.bar("labels → " + to, total)) {
            return producer.send(new LabelSchedule(choice().of(labels).iterator(), pace, delay), to, bar::stepTo);
        }
    }
}
