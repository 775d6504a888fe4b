package io.inkstream.gateway;

import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Rejected;

/** What became of an image. */
sealed interface Outcome {

    /** A digit was read in it. */
    record Read(Prediction prediction) implements Outcome {}

    /** The scoring job could not use it, and says why. */
    record Refused(Rejected rejected) implements Outcome {}

    /** Kafka did not take it. */
    record Unsent(String reason) implements Outcome {}
}
