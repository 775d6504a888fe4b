package io.inkstream.models.registry;

import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import io.inkstream.schemas.v1.WaitingProposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;

/**
 * One change of what is live, what is to be and the states of versions, made as one transaction or not at all.
 *
 * <p>It is made up from a {@link Standing} and succeeds only where that still stands. A candidate's node that was deleted
 * and made again counts its revisions from 0: each change of the candidate therefore also writes the candidate's version,
 * whose revision never comes back.
 */
final class Transition {

    private static final byte[] NOTHING = {};

    private final Znodes znodes;
    private final Standing standing;
    private final Timestamp now;
    private final List<CuratorOp> operations;
    private final Map<Long, Change> versions = new TreeMap<>();
    private boolean liveIsChanged;
    private boolean liveIsPinned;
    private boolean candidateIsChanged;

    private record Change(int revision, ModelVersion.Builder next) {}

    Transition(Znodes znodes, Fence fence, Standing standing, Timestamp now) {
        this.znodes = znodes;
        this.standing = standing;
        this.now = now;
        this.operations = new ArrayList<>(fence.checks());
    }

    /** What was read of a version before, on which this change is founded. */
    Transition given(Stored<ModelVersion> version) {
        versions.put(version.message().getVersion(), new Change(version.revision(), version.message().toBuilder()));
        return this;
    }

    /** Nothing where that version's metadata is gone. */
    Transition state(long version, VersionState state, String reason) {
        change(version).ifPresent(next -> next.setState(state).setReason(Words.cut(reason)));
        return this;
    }

    Transition reason(long version, String reason) {
        change(version).ifPresent(next -> next.setReason(Words.cut(reason)));
        return this;
    }

    private Optional<ModelVersion.Builder> change(long version) {
        if (!versions.containsKey(version)) {
            Standing.readVersion(znodes, version)
                    .ifPresent(stored ->
                            versions.put(version, new Change(stored.revision(), stored.message().toBuilder())));
        }
        return Optional.ofNullable(versions.get(version)).map(Change::next);
    }

    /** Makes a {@link #given} version the candidate, in the place of another where there is one. */
    Transition candidate(Candidate proposal) {
        long version = proposal.getVersion();
        ModelVersion.Builder next = versions.get(version).next();
        VersionState was = next.getState();
        Optional<Candidate> before = standing.candidate().map(Stored::message);
        if (before.isPresent() && before.get().getVersion() == version) {
            was = before.get().getWas();
        } else {
            before.ifPresent(older -> goBack(older, "superseded by %d".formatted(version)));
        }
        before.ifPresent(older -> passOver(older.getNext(), "superseded by %d".formatted(version)));
        return putCandidate(attempt(proposal, next, was));
    }

    private Candidate attempt(Candidate proposal, ModelVersion.Builder version, VersionState was) {
        int attempt = version.getAttempts() + 1;
        version.setAttempts(attempt).setState(VersionState.CANDIDATE).clearReason();
        return proposal.toBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setSince(now)
                .setBy(Words.cut(proposal.getBy()))
                .setWhy(Words.cut(proposal.getWhy()))
                .setAttempt(attempt)
                .setWas(was)
                .build();
    }

    /** Lets a {@link #given} version be the one that follows the candidate that there is. */
    Transition next(Candidate proposal) {
        Candidate first = standing.candidate().orElseThrow().message();
        long version = proposal.getVersion();
        if (first.getNext().getVersion() != version) {
            passOver(first.getNext(), "superseded by %d".formatted(version));
        }
        reason(version, "waits until %d is settled".formatted(first.getVersion()));
        return putCandidate(first.toBuilder()
                .setNext(WaitingProposal.newBuilder()
                        .setVersion(version)
                        .setBy(Words.cut(proposal.getBy()))
                        .setWhy(Words.cut(proposal.getWhy())))
                .build());
    }

    private void passOver(WaitingProposal waiting, String reason) {
        if (waiting.getVersion() != 0) {
            change(waiting.getVersion())
                    .filter(version -> version.getState() == VersionState.PUBLISHED)
                    .ifPresent(version -> version.setReason(Words.cut(reason)));
        }
    }

    /** Changes what is said about the candidate that there is. */
    Transition putCandidate(Candidate next) {
        change(next.getVersion());
        operations.add(
                standing.candidate().isPresent()
                        ? znodes.set(
                                znodes.candidate(), standing.candidate().get().revision(), next)
                        : znodes.create(znodes.candidate(), CreateMode.PERSISTENT, next));
        candidateIsChanged = true;
        return this;
    }

    /**
     * Takes the candidate away, and puts the one that waited for that in its place; what becomes of its version is said
     * with {@link #state}.
     */
    Transition dropCandidate() {
        standing.candidate().ifPresent(stored -> {
            change(stored.message().getVersion());
            Optional<Candidate> next = follower(stored.message().getNext());
            operations.add(
                    next.isPresent()
                            ? znodes.set(znodes.candidate(), stored.revision(), next.get())
                            : znodes.delete(znodes.candidate(), stored.revision()));
            candidateIsChanged = true;
        });
        return this;
    }

    private Optional<Candidate> follower(WaitingProposal waiting) {
        if (liveIsPinned) {
            passOver(waiting, "live is pinned to %d".formatted(standing.liveVersion()));
            return Optional.empty();
        }
        if (waiting.getVersion() <= standing.liveVersion()) {
            return Optional.empty();
        }
        return change(waiting.getVersion())
                .filter(version -> version.getState() == VersionState.PUBLISHED)
                .map(version -> attempt(
                        Candidate.newBuilder()
                                .setVersion(waiting.getVersion())
                                .setBy(waiting.getBy())
                                .setWhy(waiting.getWhy())
                                .build(),
                        version,
                        VersionState.PUBLISHED));
    }

    /** Drops the candidate; its version goes back to the state that it had. */
    Transition withdrawCandidate(String reason) {
        standing.candidate().ifPresent(stored -> goBack(stored.message(), reason));
        return dropCandidate();
    }

    private void goBack(Candidate candidate, String reason) {
        if (standing.isLive(candidate.getVersion())) {
            change(candidate.getVersion());
        } else {
            VersionState was = candidate.getWas();
            boolean known = was == VersionState.RETIRED || was == VersionState.REJECTED;
            state(candidate.getVersion(), known ? was : VersionState.PUBLISHED, reason);
        }
    }

    /**
     * Moves live to a {@link #given} version, retires the one that was, and adds the move to the history.
     *
     * @return the move as a whole
     */
    Move moveLive(Move why, boolean pinned) {
        Move move = why.toBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setAt(now)
                .setBy(Words.cut(why.getBy()))
                .setFrom(standing.liveVersion())
                .setWhy(Words.cut(why.getWhy()))
                .setMove(standing.moves() + 1)
                .build();
        if (standing.live().isPresent()) {
            leave(move);
        }
        versions.get(move.getTo()).next().setState(VersionState.LIVE).clearReason();
        operations.addAll(new History(znodes).append(move));
        putLive(LivePointer.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setVersion(move.getTo())
                .setSince(now)
                .setMove(move.getMove())
                .setPinned(pinned)
                .setBy(move.getBy())
                .setWhy(move.getWhy())
                .build());
        return move;
    }

    private void leave(Move move) {
        if (move.getBrake()) {
            state(move.getFrom(), VersionState.REJECTED, move.getWhy());
        } else {
            state(move.getFrom(), VersionState.RETIRED, "replaced by %d".formatted(move.getTo()));
        }
    }

    Transition pinLive(boolean pinned, String by, String why) {
        LivePointer.Builder live = standing.live().orElseThrow().message().toBuilder();
        liveIsPinned = pinned;
        return putLive(live.setPinned(pinned)
                .setBy(Words.cut(by))
                .setWhy(Words.cut(why))
                .build());
    }

    private Transition putLive(LivePointer next) {
        operations.add(
                standing.live().isPresent()
                        ? znodes.set(znodes.live(), standing.live().get().revision(), next)
                        : znodes.create(znodes.live(), CreateMode.PERSISTENT, next));
        liveIsChanged = true;
        return this;
    }

    /** Returns false where something has changed meanwhile: look again. */
    boolean commit(String what) {
        // The versions were read after the standing: what came in between has to show, what comes now fails at their
        // revisions.
        if (!Standing.read(znodes).equals(standing)) {
            return false;
        }
        // For their parent, which a first version may find missing.
        znodes.createUnlessThere(znodes.versions(), NOTHING);
        if (!liveIsChanged) {
            standing.live().ifPresent(stored -> operations.add(znodes.check(znodes.live(), stored.revision())));
        }
        if (!candidateIsChanged) {
            standing.candidate()
                    .ifPresent(stored -> operations.add(znodes.check(znodes.candidate(), stored.revision())));
        }
        versions.forEach((number, change) -> operations.add(znodes.set(
                znodes.version(number), change.revision(), change.next().build())));
        return znodes.tryAll(what, operations);
    }
}
