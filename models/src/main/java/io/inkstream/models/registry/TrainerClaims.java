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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims a model for a training job.
 *
 * <p>The data version of {@code epoch} is the epoch: each claim raises it by one, in the transaction that makes the
 * ephemeral {@code trainer}, so that of two claims at once one fails.
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
        TrainerClaim nobody =
                TrainerClaim.newBuilder().setFormat(ModelRegistry.FORMAT).build();
        znodes.createUnlessThere(znodes.epoch(), MetadataJson.write(nobody).getBytes(StandardCharsets.UTF_8));
        Optional<Node> epoch = znodes.read(znodes.epoch());
        if (epoch.isEmpty()) {
            return Optional.empty();
        }
        TrainerClaim last = MetadataJson.claim(znodes.epoch(), epoch.get().json());
        Timestamp since = last.getJobId().equals(jobId) ? last.getSince() : Timestamps.now();
        TrainerClaim claim = TrainerClaim.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setJobId(jobId)
                .setEpoch(epoch.get().revision() + 1)
                .setProcess(ManagementFactory.getRuntimeMXBean().getName())
                .setSince(since)
                .build();
        List<CuratorOp> operations = new ArrayList<>();
        operations.add(znodes.set(znodes.epoch(), epoch.get().revision(), claim));
        if (takeOver) {
            operations.add(znodes.delete(znodes.trainer()));
        }
        operations.add(znodes.create(znodes.trainer(), CreateMode.EPHEMERAL, claim));
        return znodes.tryAll("claim " + znodes.trainer(), operations) ? Optional.of(claim) : Optional.empty();
    }
}
