package io.inkstream.models.registry;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.Znodes.Node;
import io.inkstream.schemas.v1.TrainerClaim;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims a model for a training job, and again where ZooKeeper has lost the claim.
 *
 * <p>{@code epoch} holds the last claim, and below it stands a node of that claim's own. Each claim takes the one before
 * away and makes the ephemeral {@code trainer}, in one transaction that counts up the data version of {@code epoch}, so
 * that of two claims at once one fails. Whoever finds the node of its claim has the model: no other claim, not even one in
 * a registry that was made anew and counts from the beginning, has a node of that name.
 */
final class TrainerClaims {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerClaims.class);

    private final Znodes znodes;
    private final String model;
    private final String jobId;

    TrainerClaims(Znodes znodes, String model, String jobId) {
        this.znodes = znodes;
        this.model = model;
        this.jobId = jobId;
    }

    /**
     * Takes over from the same job at once, and waits for another one to go.
     *
     * @throws FencedException when it is still there after {@code patience}
     */
    TrainerClaim claim(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            CountDownLatch changed = new CountDownLatch(1);
            Optional<Node> node = watch(changed);
            Optional<TrainerClaim> holder = node.map(n -> MetadataJson.claim(znodes.trainer(), n.json()));
            if (holder.isPresent() && !holder.get().getJobId().equals(jobId)) {
                LOG.info("{} holds model {}: waiting for it to go", holder.get(), model);
                awaitChange(changed, deadline, holder.get());
            } else {
                Optional<TrainerClaim> claim = tryClaim(holder.isPresent());
                if (claim.isPresent()) {
                    return claim.get();
                }
            }
        }
    }

    private Optional<Node> watch(CountDownLatch changed) {
        znodes.attempt(
                "watch " + znodes.trainer(),
                () -> Optional.ofNullable(znodes.curator()
                        .checkExists()
                        .usingWatcher((CuratorWatcher) event -> changed.countDown())
                        .forPath(znodes.trainer())));
        return znodes.read(znodes.trainer());
    }

    private void awaitChange(CountDownLatch changed, long deadline, TrainerClaim holder) {
        boolean inTime = znodes.attempt(
                "wait for " + znodes.trainer() + " to go",
                () -> changed.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
        if (!inTime) {
            throw new FencedException(
                    "model '%s' is being trained by Flink job %s since %s, in process %s: cancel that job, or train another model with --model"
                            .formatted(
                                    model,
                                    holder.getJobId(),
                                    Timestamps.toString(holder.getSince()),
                                    holder.getProcess()));
        }
    }

    private Optional<TrainerClaim> tryClaim(boolean takeOver) {
        Optional<Node> epoch = readOrMakeEpoch();
        if (epoch.isEmpty()) {
            return Optional.empty();
        }
        TrainerClaim last = MetadataJson.claim(znodes.epoch(), epoch.get().json());
        Timestamp since = last.getJobId().equals(jobId) ? last.getSince() : Timestamps.now();
        TrainerClaim claim = TrainerClaim.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setJobId(jobId)
                .setEpoch(last.getEpoch() + 1)
                .setProcess(ManagementFactory.getRuntimeMXBean().getName())
                .setSince(since)
                .setRun(UUID.randomUUID().toString())
                .build();
        return tryPut(claim, epoch.get(), takeOver) ? Optional.of(claim) : Optional.empty();
    }

    private Optional<Node> readOrMakeEpoch() {
        TrainerClaim nobody =
                TrainerClaim.newBuilder().setFormat(ModelRegistry.FORMAT).build();
        znodes.createUnlessThere(znodes.epoch(), MetadataJson.write(nobody).getBytes(StandardCharsets.UTF_8));
        return znodes.read(znodes.epoch());
    }

    private boolean tryPut(TrainerClaim claim, Node epoch, boolean takeOver) {
        List<CuratorOp> operations = new ArrayList<>();
        operations.add(znodes.set(znodes.epoch(), epoch.revision(), claim));
        znodes.list(znodes.epoch()).forEach(run -> operations.add(znodes.delete(znodes.claim(run))));
        operations.add(znodes.create(znodes.claim(claim.getRun()), CreateMode.PERSISTENT, claim));
        if (takeOver) {
            operations.add(znodes.delete(znodes.trainer()));
        }
        operations.add(znodes.create(znodes.trainer(), CreateMode.EPHEMERAL, claim));
        return znodes.tryAll("claim " + znodes.trainer(), operations);
    }

    boolean isThere(TrainerClaim claim) {
        return znodes.read(znodes.claim(claim.getRun())).isPresent();
    }

    /**
     * Makes a claim again that went with the registry, unless somebody has claimed the model after it.
     *
     * @throws FencedException when somebody has
     */
    void restore(TrainerClaim claim) {
        while (!isThere(claim)) {
            Optional<Node> epoch = readOrMakeEpoch();
            if (epoch.isPresent()) {
                TrainerClaim last =
                        MetadataJson.claim(znodes.epoch(), epoch.get().json());
                if (!isOlder(last, claim)) {
                    throw lost(claim, last);
                }
                if (tryPut(claim, epoch.get(), znodes.read(znodes.trainer()).isPresent())) {
                    LOG.warn("{} was gone; job {} has claimed model {} anew", znodes.epoch(), jobId, model);
                }
            }
        }
    }

    /**
     * By the count, and by the clock: in a registry that was made anew another job's first claim counts 1 and is the
     * latest all the same, while that of somebody who had lost the model before and has restored it is older by both.
     */
    private static boolean isOlder(TrainerClaim last, TrainerClaim claim) {
        return last.getRun().equals(claim.getRun())
                || (last.getEpoch() < claim.getEpoch() && Timestamps.compare(last.getSince(), claim.getSince()) <= 0);
    }

    private FencedException lost(TrainerClaim claim, TrainerClaim last) {
        return new FencedException(
                "job %s has lost model '%s' (epoch %d) to job %s (epoch %d, since %s, in process %s) and publishes nothing more"
                        .formatted(
                                claim.getJobId(),
                                model,
                                claim.getEpoch(),
                                last.getJobId(),
                                last.getEpoch(),
                                Timestamps.toString(last.getSince()),
                                last.getProcess()));
    }
}
