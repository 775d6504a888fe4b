package io.inkstream.operators.scoring;

import io.inkstream.models.cache.Moves;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.ScorerStatus;
import java.util.Optional;

/**
 * The models that one scorer has in memory: the one in use, and the candidate that is ready to take over; and what the
 * scorer says about them. Closes what falls out. Changed in the task's thread only.
 */
final class ModelSlots implements AutoCloseable {

    // Volatile for the metrics, which are read in another thread.
    private volatile LoadedModel current;
    private volatile LiveVersion live;
    private volatile LoadedModel prepared;
    private Candidate candidate;
    private ModelVersion candidateVersion;
    private Refusal refused;

    /** What is in use, null before a first version. */
    LoadedModel current() {
        return current;
    }

    /** The pointer behind what is in use; empty before a first version. */
    Optional<LiveVersion> live() {
        return Optional.ofNullable(live);
    }

    boolean isServing(LiveVersion pointer) {
        return live != null && Moves.isSame(live.getPointer(), pointer.getPointer());
    }

    /** The move behind what is in use, -1 before a first version. */
    long move() {
        LiveVersion pointer = live;
        return pointer == null ? -1 : pointer.getPointer().getMove();
    }

    /** 0 before a first version. */
    long currentVersion() {
        LoadedModel model = current;
        return model == null ? 0 : model.number();
    }

    /** 0 where there is none. */
    long preparedVersion() {
        LoadedModel model = prepared;
        return model == null ? 0 : model.number();
    }

    /**
     * Puts in use what a pointer says, where that is in memory.
     *
     * @return false where it has to be loaded
     */
    boolean follow(LiveVersion next) {
        if (isNoNews(next)) {
            return true;
        }
        if (current != null && current.is(next.getVersion())) {
            live = next;
            return true;
        }
        if (prepared != null && prepared.is(next.getVersion())) {
            LoadedModel model = prepared;
            prepared = null;
            use(next, model);
            return true;
        }
        return false;
    }

    private boolean isNoNews(LiveVersion next) {
        return live != null && (isServing(next) || Moves.isOlder(next.getPointer(), live.getPointer()));
    }

    /** Puts in use what was loaded, unless something newer is. */
    void put(LiveVersion next, LoadedModel model) {
        if (isNoNews(next)) {
            model.close();
        } else {
            use(next, model);
        }
    }

    private void use(LiveVersion next, LoadedModel model) {
        LoadedModel before = current;
        current = model;
        live = next;
        if (before != null && prepared == null && candidate != null && before.is(candidateVersion)) {
            // Somebody wants to go back to it already.
            prepared = before;
        } else if (before != null) {
            before.close();
        }
    }

    /**
     * Makes room for a candidate: drops what was prepared for another one.
     *
     * @return false where the candidate has to be loaded, if that is not under way
     */
    boolean aim(Candidate next, ModelVersion version) {
        candidate = next;
        candidateVersion = version;
        if (refused != null
                && (refused.getVersion() != next.getVersion() || refused.getAttempt() != next.getAttempt())) {
            refused = null;
        }
        if (prepared != null && !prepared.is(version)) {
            dropPrepared();
        }
        return refused != null || prepared != null || (current != null && current.is(version));
    }

    boolean isAimingAt(Candidate other) {
        return candidate != null
                && candidate.getVersion() == other.getVersion()
                && candidate.getAttempt() == other.getAttempt();
    }

    /** There is no candidate any more. */
    void aimAtNothing() {
        candidate = null;
        refused = null;
        dropPrepared();
    }

    private void dropPrepared() {
        if (prepared != null) {
            prepared.close();
            prepared = null;
        }
    }

    void prepared(Candidate loaded, LoadedModel model) {
        if (isAimingAt(loaded) && prepared == null && !(current != null && current.is(model.version()))) {
            prepared = model;
        } else {
            model.close();
        }
    }

    void refused(Candidate unusable, String reason) {
        if (isAimingAt(unusable)) {
            refused = Refusal.newBuilder()
                    .setVersion(unusable.getVersion())
                    .setAttempt(unusable.getAttempt())
                    .setReason(reason)
                    .build();
        }
    }

    /** What is to stand in ZooKeeper about this scorer. */
    ScorerStatus status() {
        ScorerStatus.Builder status = ScorerStatus.newBuilder();
        if (current != null) {
            status.setServes(current.number()).addLoaded(current.number());
        }
        if (prepared != null) {
            status.addLoaded(prepared.number());
        }
        if (refused != null) {
            status.setRefused(refused);
        }
        return status.build();
    }

    @Override
    public void close() {
        dropPrepared();
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
