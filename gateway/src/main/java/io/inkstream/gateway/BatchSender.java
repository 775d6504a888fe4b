package io.inkstream.gateway;

import com.google.protobuf.util.Timestamps;
import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetException;
import io.inkstream.datasets.DatasetIterator;
import io.inkstream.datasets.Datasets;
import io.inkstream.models.registry.TrainingBatches;
import io.inkstream.schemas.v1.BatchState;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.TrainingBatch;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one batch to its end, from wherever it is: after a restart, or a gateway that died.
 *
 * <p>What is wrong with the data set fails the batch for good. What is wrong with Kafka, ZooKeeper or HDFS leaves it as it
 * is, to be tried again.
 */
final class BatchSender {
    private static final Logger LOG = LoggerFactory.getLogger(BatchSender.class);
    private static final int IMAGES_AT_ONCE = 2_000;
    private static final long COMMIT_EVERY = Duration.ofMillis(500).toNanos();

    private final GatewaySettings settings;
    private final TrainingBatches batches;
    private final DataFiles files;
    private final HdfsData hdfs;
    private final Metrics metrics;
    private volatile boolean stopping;

    BatchSender(GatewaySettings settings, TrainingBatches batches, DataFiles files, HdfsData hdfs, Metrics metrics) {
        this.settings = settings;
        this.batches = batches;
        this.files = files;
        this.hdfs = hdfs;
        this.metrics = metrics;
    }

    /** Ends what is being sent with its next commit; another gateway goes on with it. */
    void stop() {
        stopping = true;
    }

    /** Sends what is left of it, and returns whether there is nothing to be tried again. */
    boolean send(TrainingBatch batch) throws InterruptedException {
        String id = batch.getId();
        try {
            read(batch);
            if (batch.getUploaded() && !stopping) {
                hdfs.forget(id);
            }
            return true;
        } catch (DatasetException e) {
            fail(id, files.withoutRoot(Words.of(e)));
            return true;
        } catch (ProblemException e) {
            fail(id, e.getMessage() + "; " + e.remedy());
            return true;
        } catch (FileNotFoundException e) {
            fail(id, "it is not there: " + Words.of(e));
            return true;
        } catch (RecordTooLargeException e) {
            fail(id, "an image is larger than Kafka takes: %s; make it smaller".formatted(Words.of(e)));
            return true;
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            LOG.info("another gateway goes on with the batch {}", id);
            return true;
        } catch (KafkaException | IOException e) {
            LOG.warn("the batch {} waits and is tried again", id, e);
            return false;
        }
    }

    private void fail(String id, String why) {
        LOG.warn("the batch {} has failed: {}", id, why);
        batches.update(
                id,
                now -> TrainingBatches.hasEnded(now)
                        ? now
                        : now.toBuilder()
                                .setState(BatchState.BATCH_FAILED)
                                .setError(why)
                                .build());
    }

    private void read(TrainingBatch batch) throws IOException, InterruptedException {
        if (!HdfsData.isHdfs(batch.getPath())) {
            produce(batch, files.dataset(batch.getPath()));
            return;
        }
        Path folder = Files.createTempDirectory("inkstream-gateway-");
        try {
            produce(batch, hdfs.fetch(batch.getPath(), folder));
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void produce(TrainingBatch batch, String spec) throws InterruptedException {
        Dataset images = Datasets.open(spec).requireLabels();
        if (batch.getImages() != 0 && batch.getImages() != images.size()) {
            throw new DatasetException(
                    "it had %d images when sending began, and has %d now: send what is new on its own"
                            .formatted(batch.getImages(), images.size()));
        }
        String name = settings.model() + "-gateway-" + batch.getId();
        try (BatchProducer producer =
                new BatchProducer(settings.kafka(), settings.topics().training(), name)) {
            BatchProgress progress = producer.begin();
            boolean goesOn = tell(batch, images.size(), progress);
            try (DatasetIterator rest =
                    images.slice(progress.images(), images.size()).iterator()) {
                while (goesOn && !stopping && rest.hasNext()) {
                    goesOn = tell(batch, images.size(), piece(rest, producer, batch.getSource()));
                }
            }
            if (!stopping) {
                end(batch.getId());
            }
        }
    }

    private BatchProgress piece(DatasetIterator images, BatchProducer producer, String source)
            throws InterruptedException {
        long begun = System.nanoTime();
        while (images.hasNext() && producer.pending() < IMAGES_AT_ONCE && System.nanoTime() - begun < COMMIT_EVERY) {
            LabeledImage image = images.next();
            producer.send(image.toBuilder()
                    .setImage(image.getImage().toBuilder().setSource(source))
                    .build());
        }
        metrics.produced(producer.pending());
        return producer.commit();
    }

    /** @return whether somebody wants more of it */
    private boolean tell(TrainingBatch batch, long images, BatchProgress progress) {
        Optional<TrainingBatch> told = batches.update(batch.getId(), now -> {
            TrainingBatch.Builder next = now.toBuilder()
                    .setImages(images)
                    .setProduced(progress.images())
                    .clearOffsets()
                    .addAllOffsets(progress.offsets(settings.topics().training()));
            if (now.getState() == BatchState.BATCH_ACCEPTED) {
                next.setState(BatchState.BATCH_PRODUCING);
            }
            return next.setProgress(Timestamps.now()).build();
        });
        return told.filter(now -> now.getState() == BatchState.BATCH_PRODUCING).isPresent();
    }

    private void end(String id) {
        batches.update(id, now -> switch (now.getState()) {
            case BATCH_PRODUCING ->
                now.toBuilder().setState(BatchState.BATCH_PRODUCED).build();
            case BATCH_STOPPING ->
                now.toBuilder()
                        .setState(
                                now.getProduced() == now.getImages()
                                        ? BatchState.BATCH_PRODUCED
                                        : BatchState.BATCH_STOPPED)
                        .build();
            default -> now;
        });
    }
}
