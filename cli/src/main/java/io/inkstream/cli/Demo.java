package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.Topics;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;

/** The demo's acts: learning, scoring, and the report, which counts from outside what the jobs have done. */
final class Demo {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** Longer than any restart takes here. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Several checkpoints of the scoring job: what would come twice has come by then. */
    private static final Duration QUIET = Duration.ofSeconds(4);

    private final LocalStack stack;
    private final PrintStream out;
    private final Connections connections;
    private final Topics topics;
    private TrainingWatch training;
    private Tally tally;

    Demo(LocalStack stack, PrintStream out) {
        this.stack = stack;
        this.out = out;
        this.connections = stack.connections();
        this.topics = connections.topics();
    }

    /**
     * Sends digits to learn from and shows each version that comes of them.
     *
     * @return the savepoint that training can go on from
     */
    String learn(Dataset dataset) throws Exception {
        out.printf(Locale.ROOT, "%nLearning from %,d digits (%s) while they arrive%n", dataset.size(), dataset.name());
        training = new TrainingWatch(stack.registry(), out);
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try {
            Future<RecordSender.Sent> sent = sender.submit(() -> send(dataset, topics.training(), true));
            awaitTrained(sent);
        } finally {
            sender.shutdownNow();
        }
        String savepoint = stack.drainTraining();
        training.look();
        if (training.versions() == 0) {
            throw new CliException(
                    "none of the %d images could be learned from; what is wrong with them is said in the topic %s"
                            .formatted(dataset.size(), topics.rejected()));
        }
        return savepoint;
    }

    private RecordSender.Sent send(Dataset dataset, String topic, boolean labeled) throws InterruptedException {
        try (ImageProducer producer = new ImageProducer(connections.kafkaAccess(), Map.of())) {
            return producer.send(dataset, SendOptions.of(topic, labeled, dataset.name()), acknowledged -> {});
        }
    }

    private void awaitTrained(Future<RecordSender.Sent> sent) throws InterruptedException {
        long lastNews = System.nanoTime();
        try (TrainingLag lag =
                new TrainingLag(connections.kafkaAccess(), connections.trainingGroup(), topics.training())) {
            while (!succeeded(sent) || lag.records() > 0) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
                stack.requireTraining();
                if (training.look()) {
                    lastNews = System.nanoTime();
                }
                if (System.nanoTime() - lastNews > PATIENCE.toNanos()) {
                    throw new CliException("no new version for %d s; the training job's exceptions are on Flink's page"
                            .formatted(PATIENCE.toSeconds()));
                }
            }
        }
    }

    private static boolean succeeded(Future<RecordSender.Sent> sent) throws InterruptedException {
        if (!sent.isDone()) {
            return false;
        }
        try {
            sent.get();
            return true;
        } catch (ExecutionException e) {
            throw new CliException(e.getCause().getMessage(), e);
        }
    }

    /** Sends digits without their labels and compares what comes back with the labels. */
    void score(Dataset dataset) throws InterruptedException {
        out.printf(Locale.ROOT, "%nScoring %,d digits that it was not trained on%n", dataset.size());
        tally = new Tally(dataset);
        try (PredictionReader predictions =
                        new PredictionReader(connections.kafkaAccess(), topics.predictions(), false);
                ProgressBar bar = Progress.bar("scored", dataset.size())) {
            send(dataset, topics.images(), false);
            predictions.readWhile(
                    prediction -> {
                        tally.count(prediction);
                        bar.stepTo(tally.distinct());
                        bar.setExtraMessage(String.format(Locale.ROOT, " %.2f %% right", 100 * tally.accuracy()));
                        return tally.missing() > 0;
                    },
                    Optional.of(PATIENCE));
            predictions.readWhile(
                    prediction -> {
                        tally.count(prediction);
                        return true;
                    },
                    Optional.of(QUIET));
        }
    }

    /** Images that were sent to learn from and are never trained on, so that versions can be judged by them. */
    long heldOut() {
        return training.heldOut();
    }

    /** @param seconds that all of it took */
    DemoReport report(double seconds) throws InterruptedException {
        return new DemoReport(
                training.trained(),
                tally.scored(),
                tally.distinct(),
                tally.duplicates(),
                tally.missing(),
                tally.accuracy(),
                training.prequentialAccuracy(),
                training.versions(),
                CommittedRecords.count(connections.kafkaAccess(), topics.rejected()),
                training.imagesPerSecond(),
                seconds);
    }
}
