package io.inkstream.models.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import org.junit.jupiter.api.Test;

/** Who may propose what: jobs, people, and both at once. */
class ProposalIT extends OnNineVersions {
    @Test
    void whatIsOlderLiveRejectedOrRetiredIsNotProposedByAJob() {
        rollOut(4);
        rollOut(6);
        rollout.propose(5, "anna", "6 takes 1 for 7", true);
        rollout.advance();
        rollout.reject(7, "less accurate than 5");

        assertThat(rollout.propose(3, "training job", "", false)).isEqualTo(Proposal.OVERTAKEN);
        assertThat(rollout.propose(5, "training job", "", false)).isEqualTo(Proposal.ALREADY_LIVE);
        // A commit that is made again, long after somebody went back from this version.
        assertThat(rollout.propose(6, "training job", "", false)).isEqualTo(Proposal.RETIRED_BEFORE);
        assertThat(rollout.propose(7, "training job", "", false)).isEqualTo(Proposal.REJECTED_BEFORE);
        assertThat(registry.candidate()).isEmpty();
        assertThat(live()).isEqualTo(5);
    }

    @Test
    void goingBackTravelsTheSameWay() {
        rollOut(1);
        rollOut(2);
        scorers.tell(JOB, 0, 2, 2);
        assertThat(rollout.previous()).hasValue(1);
        assertThat(rollout.propose(1, "anna", "2 takes 1 for 7", true)).isEqualTo(Proposal.ACCEPTED);
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        scorers.tell(JOB, 0, 2, 2, 1);
        Move moved = ((Progress.Moved) rollout.advance()).move();

        assertThat(moved.getFrom()).isEqualTo(2);
        assertThat(moved.getTo()).isEqualTo(1);
        assertThat(moved.getByHand()).isTrue();
        assertThat(state(1)).isEqualTo(VersionState.LIVE);
        assertThat(state(2)).isEqualTo(VersionState.RETIRED);
        assertThat(rollout.previous()).hasValue(2);
    }

    @Test
    void thereIsNothingToGoBackToAtFirst() {
        assertThat(rollout.previous()).isEmpty();
        rollOut(1);
        assertThat(rollout.previous()).isEmpty();
    }

    @Test
    void aJobDoesNotOvertakeAPerson() {
        rollOut(2);
        rollout.propose(1, "anna", "go back", true);

        assertThat(rollout.propose(3, "training job", "", false)).isEqualTo(Proposal.BY_HAND_FIRST);
        assertThat(reason(3)).isEqualTo("1 was proposed by hand at the time");
        rollout.advance();
        assertThat(live()).isEqualTo(1);
        assertThat(rollout.propose(4, "training job", "", false)).isEqualTo(Proposal.ACCEPTED);
    }

    @Test
    void aPersonOvertakesAJobAndMayTakeItsProposalOver() {
        rollOut(1);
        propose(5);
        assertThat(rollout.propose(5, "anna", "I want it", true)).isEqualTo(Proposal.ACCEPTED);
        assertThat(registry.candidate().map(Candidate::getBy)).contains("anna");
        assertThat(rollout.propose(5, "anna", "I want it", true)).isEqualTo(Proposal.ALREADY_CANDIDATE);
        assertThat(rollout.propose(3, "ben", "no, this one", true)).isEqualTo(Proposal.ACCEPTED);

        assertThat(state(5)).isEqualTo(VersionState.PUBLISHED);
        assertThat(registry.candidate().map(Candidate::getVersion)).contains(3L);
    }

    @Test
    void whatIsPinnedStaysUntilAPersonMovesThePin() {
        rollOut(1);
        propose(2);
        assertThat(rollout.pin(1, "anna", "until Monday")).isEqualTo(Proposal.ALREADY_LIVE);
        LivePointer pinned = registry.live().orElseThrow();
        assertThat(pinned.getPinned()).isTrue();
        assertThat(pinned.getBy()).isEqualTo("anna");
        assertThat(pinned.getMove()).isEqualTo(1);
        assertThat(registry.candidate()).isEmpty();
        assertThat(state(2)).isEqualTo(VersionState.PUBLISHED);
        assertThat(reason(2)).isEqualTo("1 was pinned by anna: until Monday");

        assertThat(rollout.propose(3, "training job", "", false)).isEqualTo(Proposal.PINNED);
        assertThat(state(3)).isEqualTo(VersionState.PUBLISHED);
        assertThat(reason(3)).isEqualTo("live is pinned to 1");
        assertThat(rollout.propose(2, "anna", "look at it", true)).isEqualTo(Proposal.ACCEPTED);
        rollout.advance();
        assertThat(live()).isEqualTo(2);
        assertThat(registry.live().orElseThrow().getPinned()).isTrue();

        assertThat(rollout.unpin("anna", "it is Monday")).isTrue();
        assertThat(rollout.unpin("anna", "it is Monday")).isFalse();
        assertThat(registry.live().orElseThrow().getPinned()).isFalse();
        rollOut(4);
        assertThat(registry.live().orElseThrow().getPinned()).isFalse();
        assertThat(registry.history()).hasSize(3);
    }

    @Test
    void pinningWhatIsNotLiveBringsItLiveFirst() {
        rollOut(2);
        assertThat(rollout.pin(1, "anna", "known to be good")).isEqualTo(Proposal.ACCEPTED);
        assertThat(registry.live().orElseThrow().getPinned()).isFalse();
        assertThat(rollout.propose(3, "training job", "", false)).isEqualTo(Proposal.PINNED);
        assertThat(reason(3)).isEqualTo("live is to be pinned to 1");
        rollout.advance();

        assertThat(live()).isEqualTo(1);
        assertThat(registry.live().orElseThrow().getPinned()).isTrue();
    }

    @Test
    void unpinningAlsoReachesAPinThatIsOnItsWay() {
        rollOut(2);
        rollout.pin(1, "anna", "known to be good");
        assertThat(rollout.unpin("ben", "no pins here")).isTrue();
        rollout.advance();

        assertThat(live()).isEqualTo(1);
        assertThat(registry.live().orElseThrow().getPinned()).isFalse();
    }

    @Test
    void aProposalCanBeTakenBack() {
        rollOut(1);
        rollOut(2);
        rollout.propose(1, "anna", "go back", true);
        assertThat(rollout.withdraw(3, "anna", "a slip")).isFalse();
        assertThat(rollout.withdraw(1, "anna", "a slip")).isTrue();
        assertThat(rollout.withdraw(1, "anna", "a slip")).isFalse();

        assertThat(registry.candidate()).isEmpty();
        assertThat(state(1)).isEqualTo(VersionState.RETIRED);
        assertThat(reason(1)).isEqualTo("withdrawn by anna: a slip");
        assertThat(live()).isEqualTo(2);
    }
}
