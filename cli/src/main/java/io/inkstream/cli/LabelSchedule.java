package io.inkstream.cli;

import io.inkstream.schemas.v1.Label;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;
import java.util.PriorityQueue;

/**
 * Puts labels in the order in which they are due: label n is due {@code n / rate} seconds after the start, and its own
 * delay later.
 *
 * <p>No more labels are taken, and kept in memory, than may be due before one that is there.
 */
final class LabelSchedule implements Iterator<LabelSchedule.Due> {
    /** Some 200 MB. */
    private static final int ROOM = 1_000_000;

    /**
     * A label and its time.
     *
     * @param nanos since the start
     * @param number from 0, in the order of the labels
     */
    record Due(long nanos, long number, Label label) {}

    private final Iterator<Label> labels;
    private final OptionalDouble rate;
    private final Delay delay;
    private final int room;
    private final PriorityQueue<Due> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));
    private long taken;

    LabelSchedule(Iterator<Label> labels, OptionalDouble rate, Delay delay) {
        this(labels, rate, delay, ROOM);
    }

    LabelSchedule(Iterator<Label> labels, OptionalDouble rate, Delay delay, int room) {
        this.labels = labels;
        this.rate = rate;
        this.delay = delay;
        this.room = room;
    }

    @Override
    public boolean hasNext() {
        return !waiting.isEmpty() || labels.hasNext();
    }

    /** @throws CliException if too many would have to wait in memory */
    @Override
    public Due next() {
        // Only then the next one is read, for which a pipe may have to be waited for.
        while ((waiting.isEmpty() || waiting.peek().nanos() > earliestOfNext()) && labels.hasNext()) {
            if (waiting.size() == room) {
                throw new CliException(
                        "more than %,d labels would wait for their time in memory: send fewer at a time (--max), or let them be due one after the other (--rate)"
                                .formatted(room));
            }
            take(labels.next());
        }
        if (waiting.isEmpty()) {
            throw new NoSuchElementException("all labels have been sent");
        }
        return waiting.remove();
    }

    private void take(Label label) {
        long late = delay.of(Lot.draw("delay", label.getImageId())).toNanos();
        waiting.add(new Due(given() + late, taken, label));
        taken++;
    }

    private long earliestOfNext() {
        return given() + delay.shortest().toNanos();
    }

    /** When the next one would be due without its delay. */
    private long given() {
        return rate.isPresent() ? (long) (taken / rate.getAsDouble() * 1e9) : 0;
    }
}
