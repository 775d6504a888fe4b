package io.inkstream.operators.scoring;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LiveVersion;

/** What the loader's thread has to tell the task. */
sealed interface Loading {

    /**
     * The model of a live version is there.
     *
     * @param live the pointer that it was loaded for
     */
    record Live(LiveVersion live, LoadedModel model) implements Loading {}

    /** The candidate could take over from one image to the next. */
    record Prepared(Candidate candidate, LoadedModel model) implements Loading {}

    /** The candidate can never be served here. */
    record Refused(Candidate candidate, String reason) implements Loading {}

    /** Something that no other version would mend either. */
    record Broken(Error error) implements Loading {}
}
