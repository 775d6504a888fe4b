package io.inkstream.models.registry;

/** What became of the brake that was pulled. */
public enum Braking {
    /** The version before is the candidate, and live goes back to it once all scorers have loaded it. */
    PULLED,
    /** That was so before. */
    ALREADY_PULLED,
    /** Live has moved since. */
    MOVED_ON,
    /** What is live is pinned, or is to be: whoever pinned it must let go of it. */
    PINNED,
    /** A person has proposed a version, which has not been settled yet. */
    BY_HAND_FIRST,
    /** The version before is deleted, or rejected. */
    NOWHERE_TO_GO;

    /** Whether asking again may be answered otherwise. */
    public boolean isFinal() {
        return this != BY_HAND_FIRST;
    }
}
