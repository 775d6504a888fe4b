package io.inkstream.models.registry;

/** What became of the proposal that a version be live. */
public enum Proposal {
    /** It is the candidate now. */
    ACCEPTED,
    /** It was the candidate already, and still is. */
    ALREADY_CANDIDATE,
    /** It is live. */
    ALREADY_LIVE,
    /** It becomes the candidate when the one that is now is settled, unless a newer one is proposed before that. */
    WAITING,
    /** What is live, the candidate, or what waits to be, is newer; a person may propose it nevertheless. */
    OVERTAKEN,
    /** It was rejected before; a person may propose it nevertheless. */
    REJECTED_BEFORE,
    /** It was live before, and something else was preferred; a person may propose it nevertheless. */
    RETIRED_BEFORE,
    /** What is live is pinned, or is to be; a person may propose it nevertheless. */
    PINNED,
    /** A person, or the brake, has proposed another version, which has not been settled yet. */
    BY_HAND_FIRST;

    /** Whether the version is on its way to be live, or is there. */
    public boolean isOnItsWay() {
        return this == ACCEPTED || this == ALREADY_CANDIDATE || this == ALREADY_LIVE || this == WAITING;
    }
}
