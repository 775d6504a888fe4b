package io.inkstream.cli;

import io.inkstream.schemas.v1.Confusion;
import java.util.Optional;

/** How often which digit was read as which. */
record ConfusionMatrix(Confusion counts) {
    private static final int DIGITS = 10;

    /** A digit that is read as another. */
    record Mistake(int truth, int read, long times) {}

    long of(int truth, int read) {
        return counts.getCountsCount() == 0 ? 0 : counts.getCounts(DIGITS * truth + read);
    }

    long labels() {
        return counts.getCountsList().stream().mapToLong(Long::longValue).sum();
    }

    long correct() {
        long correct = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            correct += of(digit, digit);
        }
        return correct;
    }

    /** 0 before the first label. */
    double accuracy() {
        return labels() == 0 ? 0 : (double) correct() / labels();
    }

    /** The one that is made most often; of several the first. */
    Optional<Mistake> worst() {
        Mistake worst = new Mistake(0, 0, 0);
        for (int truth = 0; truth < DIGITS; truth++) {
            for (int read = 0; read < DIGITS; read++) {
                if (truth != read && of(truth, read) > worst.times()) {
                    worst = new Mistake(truth, read, of(truth, read));
                }
            }
        }
        return worst.times() == 0 ? Optional.empty() : Optional.of(worst);
    }
}
