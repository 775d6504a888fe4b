package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream produce}: sends a data set to Kafka, to learn from or to be read. */
@Command(
        name = "produce",
        description = {
            "Sends digits to Kafka.",
            "",
            "DATASET is the prefix of IDX files (samples/digits, or t10k beside t10k-images-idx3-ubyte.gz), an"
                    + " mnist.npz (mnist.npz#test for its second part), a folder of PNG and JPEG files (sub-folders"
                    + " 0 to 9 give labels), or one image file.",
            ""
        })
final class ProduceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DATASET", description = "What to send.")
    private String dataset;

    @ArgGroup
    private Labels labels = new Labels();

    /** At most one of the two. */
    private static final class Labels {
        @Option(
                names = "--labeled",
                description = "Send with labels, to MODEL.training. The default where the data set has labels.")
        private boolean labeled;

        @Option(names = "--unlabeled", description = "Send without labels, to MODEL.images.")
        private boolean unlabeled;
    }

    @Option(names = "--rate", paramLabel = "N", description = "Images a second. Default: as fast as Kafka takes them.")
    private Double rate;

    @Option(names = "--source", paramLabel = "NAME", description = "Their source. Default: the data set's name.")
    private String source;

    @Option(
            names = "--sources",
            paramLabel = "N",
            defaultValue = "1",
            description = "Spread the images in turn over the sources NAME-0 to NAME-(N-1).")
    private int sources;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "Send everything N times; ids get .2, .3 and so on.")
    private int repeat;

    @Option(names = "--shuffle", paramLabel = "SEED", description = "Send in an order that depends on SEED only.")
    private Long shuffle;

    @Option(names = "--topic", paramLabel = "NAME", description = "Send to this topic instead.")
    private String topic;

    @Mixin
    private KafkaOptions kafka;

    @Override
    public Integer call() throws Exception {
        checkNumbers();
        CtrlC.interrupts(this::produce);
        return 0;
    }

    private void produce() throws InterruptedException {
        Dataset images = open();
        SendOptions options = options(images);
        KafkaTopics.require(kafka, options.topic());
        RecordSender.Sent sent = send(images, options);
        System.err.printf(
                Locale.ROOT,
                "%,d images to %s in %.1f s%n",
                sent.records(),
                options.topic(),
                sent.elapsed().toMillis() / 1000.0);
    }

    private void checkNumbers() {
        positive("--rate", rate == null ? 1 : rate);
        positive("--sources", sources);
        positive("--repeat", repeat);
    }

    private void positive(String option, double value) {
        if (!(value > 0)) {
            throw new ParameterException(spec.commandLine(), option + " must be more than 0");
        }
    }

    private Dataset open() {
        Dataset opened = Datasets.open(dataset);
        if (labels.labeled) {
            opened = opened.requireLabels();
        }
        return shuffle == null ? opened : opened.shuffled(shuffle);
    }

    private SendOptions options(Dataset images) {
        boolean labeled = images.labeled() && !labels.unlabeled;
        return new SendOptions(
                topic != null ? topic : kafka.model + (labeled ? ".training" : ".images"),
                labeled,
                source != null ? source : images.name(),
                sources,
                rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
                repeat);
    }

    private RecordSender.Sent send(Dataset images, SendOptions options) throws InterruptedException {
        long total = images.size() * options.repeat();
        try (ImageProducer producer = new ImageProducer(kafka.access(), Map.of());
                ProgressBar bar = Progress.bar(images.name() + " → " + options.topic(), total)) {
            return producer.send(images, options, bar::stepTo);
        }
    }
}
