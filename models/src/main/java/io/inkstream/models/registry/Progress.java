package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.Move;
import java.util.List;

/** What {@link Rollout#advance} found, and did. */
public sealed interface Progress {

    /** There is no candidate. */
    record Idle() implements Progress {}

    /**
     * The candidate stays: scorers have still to answer.
     *
     * @param on their names
     */
    record Waiting(Candidate candidate, List<String> on) implements Progress {}

    /** The candidate is live now. */
    record Moved(Move move) implements Progress {}

    /** The candidate is rejected, live stays. */
    record Rejected(long version, String reason) implements Progress {}

    /** The candidate has become pointless, live stays. */
    record Withdrawn(long version, String reason) implements Progress {}
}
