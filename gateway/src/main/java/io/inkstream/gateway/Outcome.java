package io.inkstream.gateway;

import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RejectionReason;

/** What became of an image. */
sealed interface Outcome {

    /** A digit was read in it. */
    record Read(Prediction prediction) implements Outcome {}

    /** The scoring job could not use it, and says why. Without what it was, of which there may be 64 KiB. */
    record Refused(RejectionReason reason, String explanation) implements Outcome {}

    /** Kafka did not take it. */
    record Unsent(String reason) implements Outcome {}
}
