package io.inkstream.operators.feedback;

import java.io.Serializable;
import java.util.Locale;

/**
 * When the brake is pulled, and what that does.
 *
 * @param tolerance by so much the live version may be less accurate than the one before it, from 0 to below 1
 */
public record BrakeSettings(Mode mode, double tolerance, Labels labels) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Half a point. */
    public static final double DEFAULT_TOLERANCE = 0.005;

    /** What to do where the live version is worse. */
    public enum Mode {
        /** Nothing; nor are versions compared. */
        OFF,
        /** Say so in the log and the metrics. */
        WARN,
        /** Say so, and let live go back. */
        ACT;

        /** As it is written on command lines. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which labels are looked at. */
    public enum Labels {
        /** Those whose reason is {@code random-audit}: a fair sample of what is served. */
        RANDOM_AUDIT,
        /** All of them; only for those who know that theirs are a fair sample. */
        ALL;

        /** As it is written on command lines. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @throws IllegalArgumentException for what cannot be, with the option's name */
    public BrakeSettings {
        if (!(tolerance >= 0 && tolerance < 1)) {
            throw new IllegalArgumentException(
                    "--brake-tolerance is %s; choose 0 to below 1, 0.005 for half a point".formatted(tolerance));
        }
    }

    /** {@link Mode#WARN}, by labels from a random audit. */
    public static BrakeSettings defaults() {
        return new BrakeSettings(Mode.WARN, DEFAULT_TOLERANCE, Labels.RANDOM_AUDIT);
    }
}
