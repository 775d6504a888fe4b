package io.inkstream.models.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.schemas.v1.BatchState;
import io.inkstream.schemas.v1.TrainingBatch;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/**
 * The data sets that gateways were given to be trained on, for as long as somebody may ask for them.
 *
 * <p>One gateway at a time sends a batch: the one that owns it. When it dies, another finds the batch without an owner once
 * its session is over. What a batch does not promise is that an owner that lost its session has stopped: that is for who
 * writes to Kafka to see to.
 */
public final class TrainingBatches {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final byte[] NOTHING = {};
    private static final int MOST_FINISHED = 500;

    private final Znodes znodes;

    /** Lives as long as the registry. */
    public TrainingBatches(ModelRegistry registry) {
        this.znodes = registry.znodes();
    }

    /** Whether a batch could have that id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** Adds a batch; of those that have ended, the oldest go. */
    public void add(TrainingBatch batch) {
        if (!isId(batch.getId())) {
            throw new IllegalArgumentException("'%s' is no id of a batch".formatted(batch.getId()));
        }
        TrainingBatch stored = batch.toBuilder().setFormat(ModelRegistry.FORMAT).build();
        znodes.createUnlessThere(
                znodes.batch(batch.getId()), MetadataJson.write(stored).getBytes(UTF_8));
        prune();
    }

    public Optional<TrainingBatch> read(String id) {
        return isId(id) ? stored(id).map(Stored::message) : Optional.empty();
    }

    /** In the order in which they were added, where their ids begin with the time. */
    public List<String> ids() {
        return znodes.list(znodes.batches());
    }

    /**
     * Changes a batch, as long as it is there.
     *
     * @param change is called again where somebody else was quicker
     * @return what stands there now
     */
    public Optional<TrainingBatch> update(String id, UnaryOperator<TrainingBatch> change) {
        while (true) {
            Optional<Stored<TrainingBatch>> now = stored(id);
            if (now.isEmpty()) {
                return Optional.empty();
            }
            TrainingBatch next = change.apply(now.get().message());
            if (next.equals(now.get().message())
                    || znodes.tryAll(
                            "change " + znodes.batch(id),
                            List.of(znodes.set(znodes.batch(id), now.get().revision(), next)))) {
                return Optional.of(next);
            }
        }
    }

    private Optional<Stored<TrainingBatch>> stored(String id) {
        String path = znodes.batch(id);
        return znodes.read(path).map(node -> new Stored<>(MetadataJson.batch(path, node.json()), node.revision()));
    }

    /** The right to send a batch; goes with the session at the latest. */
    public final class Ownership implements AutoCloseable {
        private final String id;

        private Ownership(String id) {
            this.id = id;
        }

        public String id() {
            return id;
        }

        @Override
        public void close() {
            delete(znodes.batchOwner(id));
        }
    }

    /** Empty where the batch has an owner, or is not there. */
    public Optional<Ownership> own(String id) {
        return znodes.attempt("own " + znodes.batch(id), () -> {
            try {
                znodes.curator().create().withMode(CreateMode.EPHEMERAL).forPath(znodes.batchOwner(id), NOTHING);
                return Optional.of(new Ownership(id));
            } catch (KeeperException.NodeExistsException | KeeperException.NoNodeException e) {
                return Optional.empty();
            }
        });
    }

    /** Whether nobody has anything to do with it any more. */
    public static boolean hasEnded(TrainingBatch batch) {
        return switch (batch.getState()) {
            case BATCH_TRAINED, BATCH_STOPPED, BATCH_FAILED -> true;
            default -> false;
        };
    }

    /** Whether some of its images may have to be sent. */
    public static boolean isToBeSent(TrainingBatch batch) {
        return batch.getState() == BatchState.BATCH_ACCEPTED
                || batch.getState() == BatchState.BATCH_PRODUCING
                || batch.getState() == BatchState.BATCH_STOPPING;
    }

    private void prune() {
        List<String> all = ids();
        if (all.size() <= MOST_FINISHED) {
            return;
        }
        all.stream()
                .limit(all.size() - MOST_FINISHED)
                .filter(id -> read(id).filter(TrainingBatches::hasEnded).isPresent())
                .forEach(id -> delete(znodes.batch(id)));
    }

    private void delete(String path) {
        znodes.attempt("delete " + path, () -> {
            try {
                znodes.curator().delete().forPath(path);
                return true;
            } catch (KeeperException.NoNodeException | KeeperException.NotEmptyException e) {
                // Somebody else did, or owns it just now.
                return false;
            }
        });
    }
}
