package io.inkstream.cli;

import io.inkstream.jobs.PredictionFormat;
import io.inkstream.schemas.v1.Prediction;
import java.io.PrintWriter;

/** Prints predictions, a line each, until there are enough or nobody reads them any more. */
final class PredictionPrinter {
    private final PrintWriter out;
    private final long max;
    private long printed;

    PredictionPrinter(PrintWriter out, long max) {
        this.out = out;
        this.max = max;
    }

    /** Returns whether it wants more: false after the last, and when the pipe is broken ({@code | head}). */
    boolean print(Prediction prediction) {
        out.print(PredictionFormat.json(prediction) + "\n");
        out.flush();
        if (out.checkError()) {
            return false;
        }
        printed++;
        return printed < max;
    }

    long printed() {
        return printed;
    }
}
