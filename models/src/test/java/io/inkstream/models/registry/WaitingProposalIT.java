package io.inkstream.models.registry;

import static io.inkstream.models.registry.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.VersionState;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What jobs propose while another version is the candidate. */
class WaitingProposalIT extends OnNineVersions {

    @BeforeEach
    void oneIsLiveAndAScorerHasNotAnsweredForTwoYet() {
        rollOut(1);
        scorers.tell(JOB, 0, 1, 1);
        propose(2);
    }

    @Test
    void theNewestThatWaitsFollowsWhatGoesLive() {
        await(3);
        await(4);
        assertThat(rollout.propose(3, "training job", "", false)).isEqualTo(Proposal.OVERTAKEN);
        assertThat(rollout.propose(2, "training job", "", false)).isEqualTo(Proposal.ALREADY_CANDIDATE);
        assertThat(candidate().getVersion()).isEqualTo(2);
        assertThat(reason(3)).isEqualTo("superseded by 4");
        assertThat(reason(4)).isEqualTo("waits until 2 is settled");
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        clock.pass(Duration.ofSeconds(5));
        scorers.tell(JOB, 0, 1, 1, 2);

        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
        assertThat(live()).isEqualTo(2);
        assertThat(candidate().getVersion()).isEqualTo(4);
        assertThat(candidate().getBy()).isEqualTo("training job");
        assertThat(candidate().getSince()).isEqualTo(clock.timestamp());
        assertThat(candidate().getAttempt()).isEqualTo(1);
        assertThat(state(4)).isEqualTo(VersionState.CANDIDATE);
        assertThat(reason(4)).isEmpty();
        scorers.tell(JOB, 0, 2, 2, 4);
        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
        assertThat(registry.candidate()).isEmpty();
    }

    /** Versions come every few seconds: were the candidate replaced by each, its time would never be over. */
    @Test
    void aScorerThatNeverAnswersIsFoundOutAllTheSame() {
        for (int newer = 3; newer <= 9; newer++) {
            clock.pass(TIMEOUT.dividedBy(7));
            assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
            await(newer);
        }
        clock.pass(Duration.ofSeconds(1));

        assertThat(rollout.advance()).isInstanceOf(Progress.Rejected.class);
        assertThat(reason(2)).contains("no answer within 30 s", JOB + "/0");
        assertThat(candidate().getVersion()).isEqualTo(9);
        clock.pass(TIMEOUT);
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
    }

    @Test
    void whatIsRejectedWhileItWaitsDoesNotFollow() {
        await(3);
        assertThat(rollout.reject(3, "less accurate")).isTrue();
        scorers.tell(JOB, 0, 1, 1, 2);

        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
        assertThat(registry.candidate()).isEmpty();
        assertThat(reason(3)).isEqualTo("less accurate");
    }

    @Test
    void whatIsDeletedWhileItWaitsDoesNotFollow() {
        await(3);
        assertThat(new RegistryWriter(registry.znodes(), Fence.NONE).deleteUnlessLive(3))
                .isTrue();
        assertThat(rollout.withdraw(2, "anna", "not this one")).isTrue();

        assertThat(registry.candidate()).isEmpty();
        assertThat(state(2)).isEqualTo(VersionState.PUBLISHED);
    }

    @Test
    void whatIsTakenBackOrRejectedMakesRoomToo() {
        await(3);
        assertThat(rollout.withdraw(2, "anna", "not this one")).isTrue();
        assertThat(candidate().getVersion()).isEqualTo(3);
        await(4);
        assertThat(rollout.reject(3, "nor this one")).isTrue();
        assertThat(candidate().getVersion()).isEqualTo(4);
    }

    @Test
    void aPersonIsNotKeptWaitingAndNothingFollowsByItself() {
        await(3);
        assertThat(rollout.propose(5, "anna", "this one", true)).isEqualTo(Proposal.ACCEPTED);

        assertThat(candidate().getVersion()).isEqualTo(5);
        assertThat(candidate().hasNext()).isFalse();
        assertThat(state(2)).isEqualTo(VersionState.PUBLISHED);
        assertThat(reason(3)).isEqualTo("superseded by 5");
    }

    @Test
    void aPersonMayTakeOverWhatWaits() {
        await(3);
        assertThat(rollout.propose(3, "anna", "at once", true)).isEqualTo(Proposal.ACCEPTED);

        assertThat(candidate().getVersion()).isEqualTo(3);
        assertThat(candidate().hasNext()).isFalse();
        assertThat(state(3)).isEqualTo(VersionState.CANDIDATE);
        assertThat(reason(3)).isEmpty();
    }

    @Test
    void aPinLetsNothingFollow() {
        await(3);
        assertThat(rollout.pin(1, "anna", "until Monday")).isEqualTo(Proposal.ALREADY_LIVE);

        assertThat(registry.candidate()).isEmpty();
        assertThat(state(3)).isEqualTo(VersionState.PUBLISHED);
        assertThat(reason(3)).isEqualTo("live is pinned to 1");
    }

    @Test
    void aLongReasonStaysWithinItsLimit() {
        registry.register(version(10));
        String much = "x".repeat(100_000);
        assertThat(rollout.propose(10, much, much, false)).isEqualTo(Proposal.WAITING);
        assertThat(candidate().getNext().getWhy()).hasSizeLessThanOrEqualTo(1_000);
    }

    private void await(long newer) {
        assertThat(rollout.propose(newer, "training job", "newer", false)).isEqualTo(Proposal.WAITING);
    }

    private Candidate candidate() {
        return registry.candidate().orElseThrow();
    }
}
