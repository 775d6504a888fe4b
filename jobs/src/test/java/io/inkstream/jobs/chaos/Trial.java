package io.inkstream.jobs.chaos;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;

/** A site under load: what is done to it, how it gets over it, and what was sent to it. */
@SuppressWarnings("try") // close() may throw InterruptedException, which whoever closes it wants to see
final class Trial implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int IMAGES_PER_SECOND = 150;
    private static final int LABELS_PER_SECOND = 100;
    private static final int SOURCES = 40;
    /** Of the training job's network: whole mini-batches, so that no image waits for others in the end. */
    private static final int BATCH = 32;

    private final Site site;
    private final Faults faults;
    private final Evidence evidence;
    private final PredictionWatch watch;
    private final Load labels;
    private final Load scans;

    Trial(Site site, Evidence evidence, Images images, long seed) throws Exception {
        this.site = site;
        this.faults = new Faults(site);
        this.evidence = evidence;
        this.watch = new PredictionWatch(site.kafka(), Site.MODEL + ".predictions", Site.PARTITIONS);
        this.labels = Load.start(site.kafka(), LABELS_PER_SECOND, images.labeled(Site.MODEL + ".training"));
        this.scans =
                Load.start(site.kafka(), IMAGES_PER_SECOND, images.unlabeled(Site.MODEL + ".images", SOURCES, seed));
    }

    /**
     * What Kafka has acknowledged.
     *
     * @param images for each source
     */
    record Sent(Map<String, Long> images, long labels) {}

    /** Returns when both jobs are seen to work. */
    void awaitFlow() {
        Instant now = Instant.now();
        awaitVersion(now);
        awaitPredictions(now);
    }

    /** Returns when the system has got over it. */
    Recovery undergo(Fault fault) throws Exception {
        try {
            return cause(fault);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("Not got over %s: %s".formatted(fault, site.state()), e);
        }
    }

    private Recovery cause(Fault fault) throws Exception {
        site.supervise();
        TimeUnit.MILLISECONDS.sleep(fault.calm().toMillis());
        Faults.Aimed aimed = faults.aim(fault);
        Instant from = Instant.now();
        aimed.cause().run();
        TimeUnit.MILLISECONDS.sleep(fault.hold().toMillis());
        if (fault.kind().isTakenOver()) {
            awaitUnsupervised(from);
        }
        aimed.undo().run();
        Instant undone = Instant.now();
        Instant counted = Recovery.countedFrom(fault, from, undone);
        Instant version = awaitVersion(counted);
        return new Recovery(fault, from, undone, awaitPredictions(counted), version);
    }

    /** While something is dead on purpose. */
    private void awaitUnsupervised(Instant moment) {
        patiently().until(() -> watch.flowedAfter(moment), Optional::isPresent);
    }

    private Instant awaitPredictions(Instant moment) {
        return patiently()
                .until(
                        () -> {
                            site.supervise();
                            return watch.flowedAfter(moment);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private Instant awaitVersion(Instant moment) {
        patiently()
                // While ZooKeeper is away there is none.
                .ignoreExceptionsMatching(Exception.class::isInstance)
                .until(() -> {
                    site.supervise();
                    return Timestamps.toMillis(evidence.newestVersion().getCreated()) > moment.toEpochMilli();
                });
        return Instant.now();
    }

    private static ConditionFactory patiently() {
        return await().atMost(PATIENCE).pollInterval(LOOK_EVERY);
    }

    /** Ends the load; returns when everything that was sent has been worked on. */
    Sent finish() throws Exception {
        Map<String, Long> images = scans.stop(1);
        long taught =
                labels.stop(BATCH).values().stream().mapToLong(Long::longValue).sum();
        long all = images.values().stream().mapToLong(Long::longValue).sum();
        await().atMost(PATIENCE)
                .until(() -> evidence.newestVersion().getLineage().getTotalSamplesTrained() >= taught);
        await().atMost(PATIENCE).until(() -> watch.count() >= all);
        return new Sent(images, taught);
    }

    @Override
    public void close() throws Exception {
        labels.close();
        scans.close();
        watch.close();
    }
}
