package io.inkstream.cli;

import io.inkstream.schemas.v1.Confusion;
import java.util.Optional;

/** A digit that was read as another, and how often. */
record Mistake(int truth, int read, long times) {
    private static final int DIGITS = 10;

    /** The one that was made most often; of several the first. */
    static Optional<Mistake> worst(Confusion confusion) {
        Mistake worst = new Mistake(0, 0, 0);
        for (int cell = 0; cell < confusion.getCountsCount(); cell++) {
            Mistake mistake = new Mistake(cell / DIGITS, cell % DIGITS, confusion.getCounts(cell));
            if (mistake.truth() != mistake.read() && mistake.times() > worst.times()) {
                worst = mistake;
            }
        }
        return worst.times() == 0 ? Optional.empty() : Optional.of(worst);
    }
}
