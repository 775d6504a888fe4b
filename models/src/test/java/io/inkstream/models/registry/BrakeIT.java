package io.inkstream.models.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrakeIT extends OnNineVersions {
    private Brake brake;

    @BeforeEach
    void twoHaveBeenLive() {
        rollOut(1);
        rollOut(2);
        brake = new Brake(registry);
    }

    private Braking pull() {
        return brake.pull(2, 2, 1, "the brake", "right on 94 % of 1000");
    }

    @Test
    void usageExample() {
        assertThat(pull()).isEqualTo(Braking.PULLED);
        assertThat(live()).as("scorers have to load it first").isEqualTo(2);
        Move moved = ((Progress.Moved) rollout.advance()).move();

        assertThat(moved.getBrake()).isTrue();
        assertThat(moved.getByHand()).isFalse();
        assertThat(moved.getWhy()).isEqualTo("right on 94 % of 1000");
        assertThat(registry.history().get(2)).isEqualTo(moved);
        assertThat(live()).isEqualTo(1);
        assertThat(state(2)).isEqualTo(VersionState.REJECTED);
        assertThat(reason(2)).isEqualTo("right on 94 % of 1000");
        Consistency.check(registry);
    }

    @Test
    void noJobProposesTheBadVersionAgainButAPersonMay() {
        pull();
        rollout.advance();

        assertThat(rollout.propose(2, "training job", "", false)).isEqualTo(Proposal.REJECTED_BEFORE);
        assertThat(rollout.propose(2, "anna", "I know better", true)).isEqualTo(Proposal.ACCEPTED);
        rollout.advance();
        assertThat(live()).isEqualTo(2);
        assertThat(pull()).as("that was another time").isEqualTo(Braking.MOVED_ON);
    }

    @Test
    void itGoesTheWayOverTheScorers() {
        scorers.tell(JOB, 0, 2, 2);
        pull();
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        assertThat(pull()).isEqualTo(Braking.ALREADY_PULLED);
        assertThat(state(2)).isEqualTo(VersionState.LIVE);
        scorers.tell(JOB, 0, 2, 2, 1);

        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
        assertThat(live()).isEqualTo(1);
    }

    @Test
    void whereTheVersionBeforeCannotBeLoadedLiveStays() {
        scorers.refuse(JOB, 0, 1, 2, "SHA-256 differs");
        pull();

        assertThat(rollout.advance()).isInstanceOf(Progress.Rejected.class);
        assertThat(live()).isEqualTo(2);
        assertThat(state(2)).isEqualTo(VersionState.LIVE);
        assertThat(pull()).isEqualTo(Braking.NOWHERE_TO_GO);
        Consistency.check(registry);
    }

    @Test
    void itOvertakesAJobAndIsNotOvertakenByOne() {
        propose(3);
        assertThat(pull()).isEqualTo(Braking.PULLED);
        assertThat(state(3)).isEqualTo(VersionState.PUBLISHED);
        assertThat(rollout.propose(4, "training job", "", false)).isEqualTo(Proposal.BY_HAND_FIRST);
        assertThat(reason(4)).isEqualTo("the brake was going back to 1 at the time");
        rollout.advance();

        assertThat(live()).isEqualTo(1);
        assertThat(rollout.propose(5, "training job", "", false)).isEqualTo(Proposal.ACCEPTED);
    }

    @Test
    void aPersonComesFirst() {
        rollout.propose(7, "anna", "", true);
        assertThat(pull()).isEqualTo(Braking.BY_HAND_FIRST);
        assertThat(Braking.BY_HAND_FIRST.isFinal()).isFalse();
        rollout.withdraw(7, "anna", "no");

        assertThat(pull()).isEqualTo(Braking.PULLED);
        assertThat(rollout.propose(8, "ben", "this one", true)).isEqualTo(Proposal.ACCEPTED);
        rollout.advance();
        assertThat(live()).isEqualTo(8);
        assertThat(state(1)).isEqualTo(VersionState.RETIRED);
    }

    @Test
    void whatIsPinnedStays() {
        rollout.pin(2, "anna", "until Monday");

        assertThat(pull()).isEqualTo(Braking.PINNED);
        assertThat(registry.candidate()).isEmpty();
    }

    @Test
    void toPinTheLiveVersionCallsTheBrakeOff() {
        pull();
        rollout.pin(2, "anna", "I know");

        assertThat(registry.candidate()).isEmpty();
        assertThat(state(1)).isEqualTo(VersionState.RETIRED);
        assertThat(live()).isEqualTo(2);
    }

    @Test
    void whatIsToBePinnedStaysToo() {
        rollout.pin(6, "anna", "until Monday");

        assertThat(pull()).isEqualTo(Braking.PINNED);
        assertThat(registry.candidate().map(Candidate::getVersion)).contains(6L);
    }

    @Test
    void whereLiveHasMovedThereIsNothingToDo() {
        rollOut(3);

        assertThat(pull()).isEqualTo(Braking.MOVED_ON);
        assertThat(brake.pull(3, 9, 2, "the brake", "")).isEqualTo(Braking.MOVED_ON);
        assertThat(registry.candidate()).isEmpty();
    }

    @Test
    void aVersionThatIsDeletedOrRejectedIsNotGoneBackTo() {
        assertThat(brake.pull(2, 2, 77, "the brake", "")).isEqualTo(Braking.NOWHERE_TO_GO);
        rollout.reject(5, "a test");
        assertThat(brake.pull(2, 2, 5, "the brake", "")).isEqualTo(Braking.NOWHERE_TO_GO);
    }
}
