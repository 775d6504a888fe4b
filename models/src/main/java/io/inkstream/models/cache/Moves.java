package io.inkstream.models.cache;

import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.LivePointer;

/** Tells which of two live pointers is the newer one, whatever their versions: a rollback is a move, too. */
public final class Moves {

    private Moves() {}

    /**
     * By the count of moves, and by the clock: a registry that was made anew counts from 1 again, and what it says must not
     * be taken for old news from the one before.
     */
    public static boolean isOlder(LivePointer one, LivePointer other) {
        return one.getMove() < other.getMove() && Timestamps.compare(one.getSince(), other.getSince()) <= 0;
    }

    /** Whether both are the same move of the same registry; what else they say may differ. */
    public static boolean isSame(LivePointer one, LivePointer other) {
        return one.getMove() == other.getMove() && one.getSince().equals(other.getSince());
    }
}
