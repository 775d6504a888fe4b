package io.inkstream.jobs.chaos;

import java.time.Duration;
import java.time.Instant;

/**
 * How the system got over a fault.
 *
 * @param from when it was done
 * @param undone when it was undone, or what was killed was started again
 * @param predictions when a committed prediction was seen of an image that was made after the fault; of every partition
 * @param version when a version was seen that was cut after the fault
 */
record Recovery(Fault fault, Instant from, Instant undone, Instant predictions, Instant version) {

    /** What lasts is got over from when it ends. */
    static Instant countedFrom(Fault fault, Instant from, Instant undone) {
        return fault.kind().isHeld() ? undone : from;
    }

    Duration ofPredictions() {
        return Duration.between(countedFrom(fault, from, undone), predictions);
    }

    Duration ofVersions() {
        return Duration.between(countedFrom(fault, from, undone), version);
    }

    Instant over() {
        return predictions.isAfter(version) ? predictions : version;
    }
}
