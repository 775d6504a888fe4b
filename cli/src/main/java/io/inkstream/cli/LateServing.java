package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.Topics;
import io.inkstream.schemas.v1.Label;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Sends images to be read at a steady pace, the truth about each a while later, and counts what is read in them. */
final class LateServing implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 15;

    private final Connections connections;
    private final Dataset dataset;
    private final OptionalDouble rate;
    private final Delay delay;
    private final ServedTally tally;
    private final PredictionReader predictions;
    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final List<Future<?>> sent;
    private final Future<?> read;

    /**
     * Begins.
     *
     * @param rate images a second
     * @param delay of their labels
     */
    LateServing(Connections connections, Dataset dataset, double rate, Delay delay) throws InterruptedException {
        this.connections = connections;
        this.dataset = dataset;
        this.rate = OptionalDouble.of(rate);
        this.delay = delay;
        this.tally = new ServedTally(dataset);
        Topics topics = connections.topics();
        predictions = new PredictionReader(connections.kafkaAccess(), topics.predictions(), false);
        read = threads.submit(this::read);
        sent = List.of(
                threads.submit(() -> sendImages(topics.images())), threads.submit(() -> sendLabels(topics.labels())));
    }

    private Void read() throws InterruptedException {
        predictions.readWhile(
                prediction -> {
                    tally.count(prediction);
                    return true;
                },
                Optional.empty());
        return null;
    }

    private RecordSender.Sent sendImages(String topic) throws InterruptedException {
        SendOptions options = new SendOptions(topic, false, dataset.name(), 1, rate, 1);
        try (ImageProducer producer = new ImageProducer(connections.kafkaAccess(), Map.of())) {
            return producer.send(dataset, options, acknowledged -> {});
        }
    }

    private RecordSender.Sent sendLabels(String topic) throws InterruptedException {
        LabelChoice all = LabelChoice.all(LabelChoice.RANDOM_AUDIT);
        try (Stream<Label> labels = new LabelSource.OfDataset(dataset).open();
                LabelProducer producer = new LabelProducer(connections.kafkaAccess())) {
            LabelSchedule late = new LabelSchedule(all.of(labels).iterator(), rate, delay);
            return producer.send(late, topic, acknowledged -> {});
        }
    }

    ServedTally tally() {
        return tally;
    }

    /**
     * Whether all images and labels are with Kafka, and all predictions have come.
     *
     * @throws CliException if one of them could not be sent or read
     */
    boolean isComplete() throws InterruptedException {
        boolean complete = tally.served() == dataset.size();
        for (Future<?> part : sent) {
            complete &= succeeded(part);
        }
        // It reads until this is closed; if it cannot, it is said here.
        return !succeeded(read) && complete;
    }

    private static boolean succeeded(Future<?> part) throws InterruptedException {
        if (!part.isDone()) {
            return false;
        }
        try {
            part.get();
            return true;
        } catch (ExecutionException e) {
            throw new CliException(e.getCause().getMessage(), e);
        }
    }

    /** Kafka's consumer may not be closed while another thread reads: what does not end in time is left to its thread. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                predictions.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
