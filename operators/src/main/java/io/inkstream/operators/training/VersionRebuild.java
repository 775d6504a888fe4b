package io.inkstream.operators.training;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.PartitionRun;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Trains the step from a version's parent to the version once more, by its lineage alone: the same records in the same
 * order and in the same mini-batches as {@link TrainingSession} had them, and so the same bits.
 */
public final class VersionRebuild {

    private final DigitNetwork network;
    private final Map<Integer, ? extends Iterator<Sample>> partitions;
    private final LongConsumer progress;
    private final byte[] pixels;
    private final byte[] labels;
    private int filled;
    private long trained;
    private long rejected;
    private long heldOut;

    private VersionRebuild(
            DigitNetwork network, Map<Integer, ? extends Iterator<Sample>> partitions, LongConsumer progress) {
        this.network = network;
        this.partitions = partitions;
        this.progress = progress;
        this.pixels = new byte[network.recipe().getBatchSize() * DigitNetwork.PIXELS];
        this.labels = new byte[network.recipe().getBatchSize()];
    }

    /**
     * Refuses a lineage from which no version can be rebuilt, whatever is read again.
     *
     * @throws NotRebuildableException says why
     */
    public static void requireRebuildable(Lineage lineage) throws NotRebuildableException {
        if (Integer.toUnsignedLong(lineage.getTrainers()) > 1) {
            throw new NotRebuildableException("it is the average of %s trainers, and how fast each was is not recorded"
                    .formatted(Integer.toUnsignedString(lineage.getTrainers())));
        }
        if (lineage.getRescaled()) {
            throw new NotRebuildableException("the number of trainers was changed in this step");
        }
        long ordered = lineage.getOrderList().stream()
                .mapToLong(run -> Integer.toUnsignedLong(run.getRecords()))
                .sum();
        if (ordered != lineage.getSamplesTrained()) {
            throw new NotRebuildableException(
                    "its lineage is damaged: %d samples were trained on, the order in which has %d"
                            .formatted(lineage.getSamplesTrained(), ordered));
        }
    }

    /**
     * Rebuilds a version.
     *
     * @param parent what training went on from; empty for a first version
     * @param lineage of the version to rebuild
     * @param partitions for each partition of the lineage's offsets its records in that range, ascending and decoded; may
     *     be read lazily. What an iterator throws ends the rebuild
     * @param progress hears after each mini-batch how many samples have been trained on
     * @return the state that {@code training.pb} of the version must hold
     * @throws NotRebuildableException when the lineage or the parent does not allow it
     * @throws OtherRecordsException when {@code partitions} hold other numbers of samples than the lineage
     */
    public static NetworkState run(
            Optional<NetworkState> parent,
            Lineage lineage,
            Map<Integer, ? extends Iterator<Sample>> partitions,
            LongConsumer progress)
            throws NotRebuildableException, OtherRecordsException {
        requireRebuildable(lineage);
        try (DigitNetwork network = start(parent, lineage.getRecipe())) {
            VersionRebuild rebuild = new VersionRebuild(network, partitions, progress);
            for (PartitionRun run : lineage.getOrderList()) {
                rebuild.train(run);
            }
            rebuild.trainMiniBatch();
            rebuild.passOverTheRest();
            rebuild.requireCountsOf(lineage);
            return network.state();
        }
    }

    private static DigitNetwork start(Optional<NetworkState> parent, TrainingRecipe recipe)
            throws NotRebuildableException {
        try {
            return parent.isPresent()
                    ? DigitNetwork.restore(continued(parent.get(), recipe))
                    : DigitNetwork.create(recipe);
        } catch (IllegalArgumentException e) {
            throw new NotRebuildableException(e.getMessage(), e);
        }
    }

    /** The parent may have been trained by another recipe, where a job was started from a version with other options. */
    private static NetworkState continued(NetworkState parent, TrainingRecipe recipe) throws NotRebuildableException {
        String network = parent.getRecipe().getNetwork();
        if (!network.equals(recipe.getNetwork())) {
            throw new NotRebuildableException("it is a %s and its parent a %s: nothing of the one is in the other"
                    .formatted(recipe.getNetwork(), network));
        }
        return TrainingPlan.byRecipe(parent, recipe);
    }

    private void train(PartitionRun run) throws OtherRecordsException {
        for (long left = Integer.toUnsignedLong(run.getRecords()); left > 0; left--) {
            Sample sample = nextToTrainOn(run.getPartition());
            sample.getPixels().copyTo(pixels, filled * DigitNetwork.PIXELS);
            labels[filled++] = (byte) sample.getLabel();
            if (filled == labels.length) {
                trainMiniBatch();
            }
        }
    }

    private void trainMiniBatch() {
        if (filled > 0) {
            network.train(pixels, labels, filled);
            trained += filled;
            filled = 0;
            progress.accept(trained);
        }
    }

    private Sample nextToTrainOn(int partition) throws OtherRecordsException {
        Iterator<Sample> records = records(partition);
        while (records.hasNext()) {
            Sample sample = records.next();
            if (!isPassedOver(sample)) {
                return sample;
            }
        }
        throw new OtherRecordsException(
                "partition %d holds fewer images to train on than were trained on".formatted(partition));
    }

    private Iterator<Sample> records(int partition) {
        Iterator<Sample> records = partitions.get(partition);
        return records == null ? Collections.emptyIterator() : records;
    }

    private boolean isPassedOver(Sample sample) {
        if (sample.getPixels().isEmpty()) {
            rejected++;
            return true;
        }
        if (sample.getHeldOut()) {
            heldOut++;
            return true;
        }
        return false;
    }

    /** Behind the last image that was trained on, the ranges can only hold what was rejected or held out. */
    private void passOverTheRest() throws OtherRecordsException {
        for (Map.Entry<Integer, ? extends Iterator<Sample>> partition : partitions.entrySet()) {
            while (partition.getValue().hasNext()) {
                if (!isPassedOver(partition.getValue().next())) {
                    throw new OtherRecordsException("partition %d holds more images to train on than were trained on"
                            .formatted(partition.getKey()));
                }
            }
        }
    }

    private void requireCountsOf(Lineage lineage) throws OtherRecordsException {
        requireCount("trained on", lineage.getSamplesTrained(), trained);
        requireCount("rejected", lineage.getSamplesRejected(), rejected);
        requireCount("held out", lineage.getSamplesHeldOut(), heldOut);
    }

    private static void requireCount(String what, long then, long now) throws OtherRecordsException {
        if (then != now) {
            throw new OtherRecordsException(
                    "%d records of its offsets were %s, now it would be %d".formatted(then, what, now));
        }
    }
}
