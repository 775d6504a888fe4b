package io.inkstream.models.onnx;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.inkstream.models.network.Networks;
import java.util.Locale;

/**
 * How far ONNX Runtime may rewrite the graph. It is written into the artefact, because the last bits of a probability
 * depend on it, and whoever scores an image again must get the same bits.
 */
enum Optimization {
    EXTENDED(OptLevel.EXTENDED_OPT),
    /** Adds a blocked layout for convolutions, which pads channels to the width of a vector register. */
    ALL(OptLevel.ALL_OPT);

    /** The key in the artefact's metadata. */
    static final String KEY = "inkstream.optimization";

    private final OptLevel level;

    Optimization(OptLevel level) {
        this.level = level;
    }

    /** The faster one: LeNet's 20 and 50 channels lose more by padding than the layout gains. */
    static Optimization of(Networks network) {
        return switch (network) {
            case LENET -> EXTENDED;
            case CNN, MLP -> ALL;
        };
    }

    static Optimization named(String name) throws UnusableModelException {
        for (Optimization optimization : values()) {
            if (optimization.label().equals(name)) {
                return optimization;
            }
        }
        throw new UnusableModelException("metadata " + KEY + " is '" + name + "', neither extended nor all");
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    OptLevel level() {
        return level;
    }
}
