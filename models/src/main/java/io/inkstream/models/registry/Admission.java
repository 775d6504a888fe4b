package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionState;
import java.util.Optional;

/** Decides whether a version that is proposed becomes the candidate. */
final class Admission {

    private Admission() {}

    static Proposal of(Candidate proposal, ModelVersion version, Standing standing) {
        long number = proposal.getVersion();
        if (standing.isLive(number)) {
            return Proposal.ALREADY_LIVE;
        }
        Optional<Candidate> candidate = standing.candidate().map(Stored::message);
        if (proposal.getByHand()) {
            boolean same = candidate
                    .filter(other -> other.getVersion() == number && other.getByHand())
                    .filter(other -> other.getPin() || !proposal.getPin())
                    .isPresent();
            return same ? Proposal.ALREADY_CANDIDATE : Proposal.ACCEPTED;
        }
        if (standing.isCandidate(number)) {
            return Proposal.ALREADY_CANDIDATE;
        }
        return ofAJob(number, version.getState(), standing, candidate);
    }

    private static Proposal ofAJob(long number, VersionState state, Standing standing, Optional<Candidate> candidate) {
        if (state == VersionState.REJECTED) {
            return Proposal.REJECTED_BEFORE;
        }
        // A commit that is made again after a restart must not undo a roll-back.
        if (state == VersionState.RETIRED) {
            return Proposal.RETIRED_BEFORE;
        }
        if (standing.isPinned() || candidate.map(Candidate::getPin).orElse(false)) {
            return Proposal.PINNED;
        }
        if (number < standing.liveVersion()) {
            return Proposal.OVERTAKEN;
        }
        if (candidate.isEmpty()) {
            return Proposal.ACCEPTED;
        }
        // A job publishes every few seconds: if it came first, a roll-back would never get through.
        if (candidate.get().getByHand() || candidate.get().getBrake()) {
            return Proposal.BY_HAND_FIRST;
        }
        // A candidate has its time: where each newer one took its place, one that takes long to load would never go
        // live,
        // and one that never answers would never be found out.
        long newest =
                Math.max(candidate.get().getVersion(), candidate.get().getNext().getVersion());
        return number < newest ? Proposal.OVERTAKEN : Proposal.WAITING;
    }

    /** What to write beside a version that stays published; empty where its state says enough. */
    static Optional<String> explain(Proposal answer, Standing standing) {
        return switch (answer) {
            case PINNED ->
                Optional.of(
                        standing.isPinned()
                                ? "live is pinned to %d".formatted(standing.liveVersion())
                                : "live is to be pinned to %d".formatted(candidate(standing)));
            case BY_HAND_FIRST ->
                Optional.of(
                        standing.candidate().orElseThrow().message().getBrake()
                                ? "the brake was going back to %d at the time".formatted(candidate(standing))
                                : "%d was proposed by hand at the time".formatted(candidate(standing)));
            default -> Optional.empty();
        };
    }

    private static long candidate(Standing standing) {
        return standing.candidate().orElseThrow().message().getVersion();
    }
}
