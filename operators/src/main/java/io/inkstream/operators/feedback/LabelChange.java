package io.inkstream.operators.feedback;

import io.inkstream.schemas.v1.Outcome;
import java.util.List;

/**
 * What one more label changes.
 *
 * @param outcomes what was read in the image, judged by it
 */
record LabelChange(Kind kind, List<Outcome> outcomes) {

    enum Kind {
        /** The image had none before. */
        FIRST,
        /** Another digit than before is in force. */
        CORRECTION,
        /** The same digit, but now it is known that the image was chosen by chance. */
        AUDIT,
        /** Nothing: it says the same, or a newer one is in force. */
        NONE
    }

    /** Whether there is a digit in force that was not before. */
    boolean isNewDigit() {
        return kind == Kind.FIRST || kind == Kind.CORRECTION;
    }
}
