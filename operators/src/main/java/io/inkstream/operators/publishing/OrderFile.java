package io.inkstream.operators.publishing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.models.store.StoreException;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.TrainingOrder;
import java.util.Optional;

/**
 * Keeps the order in which a version's partitions were read, where it is long, in a file beside the version's others: what
 * stands in ZooKeeper must be below 1 MB, and a step of some minutes on busy partitions has many thousand runs.
 */
public final class OrderFile {
    /** The name of the file among a version's. */
    public static final String NAME = "order.pb";

    /** Of so many runs the order stays in the registry: some 50 KB of JSON. */
    static final int MAX_RUNS = 1_000;

    private static final int FORMAT = 1;

    private OrderFile() {}

    /** Empty where the order is short enough for the registry. */
    static Optional<byte[]> of(Lineage lineage) {
        return lineage.getOrderCount() > MAX_RUNS
                ? Optional.of(TrainingOrder.newBuilder()
                        .setFormat(FORMAT)
                        .addAllRuns(lineage.getOrderList())
                        .build()
                        .toByteArray())
                : Optional.empty();
    }

    /**
     * The lineage as it was before its order was taken out.
     *
     * @param file what {@link #of} made
     * @throws StoreException when the file is no such thing, or of another format
     */
    public static Lineage putBack(Lineage lineage, byte[] file) throws StoreException {
        TrainingOrder order;
        try {
            order = TrainingOrder.parseFrom(file);
        } catch (InvalidProtocolBufferException e) {
            throw new StoreException("%s is damaged: %s".formatted(NAME, e.getMessage()), e);
        }
        if (order.getFormat() != FORMAT) {
            throw new StoreException("%s has format %d, this release reads %d: upgrade Inkstream"
                    .formatted(NAME, order.getFormat(), FORMAT));
        }
        return lineage.toBuilder().addAllOrder(order.getRunsList()).build();
    }
}
