package io.inkstream.models.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.junit.jupiter.api.Test;

class RolloutIT extends OnNineVersions {
    @Test
    void usageExample() {
        scorers.tell(JOB, 0, 0);
        scorers.tell(JOB, 1, 0);
        assertThat(rollout.propose(1, "training job", "the first", false)).isEqualTo(Proposal.ACCEPTED);
        assertThat(state(1)).isEqualTo(VersionState.CANDIDATE);
        assertThat(rollout.advance())
                .asInstanceOf(type(Progress.Waiting.class))
                .satisfies(waiting -> assertThat(waiting.on()).hasSize(2));

        scorers.tell(JOB, 0, 0, 1);
        scorers.tell(JOB, 1, 0, 1);
        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);

        assertThat(live()).isEqualTo(1);
        assertThat(state(1)).isEqualTo(VersionState.LIVE);
        assertThat(registry.candidate()).isEmpty();
        assertThat(rollout.advance()).isInstanceOf(Progress.Idle.class);
    }

    @Test
    void withoutScorersLiveMovesAtOnceAndTheMoveIsInTheHistory() {
        rollOut(1);
        clock.pass(Duration.ofSeconds(5));
        rollout.propose(2, "training job", "0.97 against 0.96", false);
        Move moved = ((Progress.Moved) rollout.advance()).move();

        assertThat(registry.history()).hasSize(2).last().isEqualTo(moved);
        assertThat(moved.getFrom()).isEqualTo(1);
        assertThat(moved.getTo()).isEqualTo(2);
        assertThat(moved.getBy()).isEqualTo("training job");
        assertThat(moved.getWhy()).isEqualTo("0.97 against 0.96");
        assertThat(moved.getByHand()).isFalse();
        assertThat(moved.getMove()).isEqualTo(2);
        LivePointer live = registry.live().orElseThrow();
        assertThat(live.getSince()).isEqualTo(moved.getAt()).isEqualTo(clock.timestamp());
        assertThat(live.getBy()).isEqualTo("training job");
        assertThat(live.getMove()).isEqualTo(2);
        assertThat(state(1)).isEqualTo(VersionState.RETIRED);
        assertThat(state(2)).isEqualTo(VersionState.LIVE);
    }

    @Test
    void oneScorerThatRefusesRejectsForAll() {
        rollOut(1);
        scorers.tell(JOB, 0, 1, 1, 2);
        scorers.tell(JOB, 1, 1, 1);
        scorers.tell(JOB, 2, 1, 1);
        propose(2);
        scorers.refuse(JOB, 1, 2, 1, "SHA-256 differs");

        assertThat(rollout.advance())
                .asInstanceOf(type(Progress.Rejected.class))
                .satisfies(rejected -> assertThat(rejected.reason()).contains(JOB + "/1", "SHA-256 differs"));
        assertThat(live()).isEqualTo(1);
        assertThat(registry.candidate()).isEmpty();
        assertThat(state(2)).isEqualTo(VersionState.REJECTED);
        assertThat(reason(2)).contains(JOB + "/1", TestScorers.PROCESS, "SHA-256 differs");
        assertThat(registry.history()).hasSize(1);
    }

    @Test
    void aRefusalOfAnEarlierAttemptIsNoAnswer() {
        scorers.tell(JOB, 0, 0);
        propose(1);
        scorers.refuse(JOB, 0, 1, 1, "HDFS did not answer");
        rollout.advance();
        assertThat(rollout.propose(1, "anna", "HDFS is back", true)).isEqualTo(Proposal.ACCEPTED);
        assertThat(registry.candidate().orElseThrow().getAttempt()).isEqualTo(2);

        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        scorers.tell(JOB, 0, 0, 1);
        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
    }

    @Test
    void whoDoesNotAnswerInTimeIsNamed() {
        rollOut(1);
        scorers.tell(JOB, 0, 1, 2);
        scorers.tell(JOB, 1, 1);
        propose(2);
        clock.pass(TIMEOUT);
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        clock.pass(Duration.ofMillis(1));

        assertThat(rollout.advance()).isInstanceOf(Progress.Rejected.class);
        assertThat(live()).isEqualTo(1);
        assertThat(state(2)).isEqualTo(VersionState.REJECTED);
        assertThat(reason(2)).contains("30 s", JOB + "/1").doesNotContain(JOB + "/0");
    }

    @Test
    void aScorerThatLeavesIsNotWaitedForAndOneThatJoinsIs() {
        scorers.tell(JOB, 0, 0, 1);
        scorers.tell(JOB, 1, 0);
        propose(1);
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        scorers.leave(JOB, 1);
        scorers.tell("0b".repeat(16), 0, 0);
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        scorers.tell("0b".repeat(16), 0, 0, 1);

        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
    }

    /** Nobody could say that it cannot load the version, and it would be live when the job is back. */
    @Test
    void aJobThatRestartsIsWaitedFor() {
        rollOut(1);
        scorers.tell(JOB, 0, 1, 1);
        propose(2);
        scorers.leave(JOB, 0);
        assertThat(rollout.advance())
                .asInstanceOf(type(Progress.Waiting.class))
                .satisfies(waiting -> assertThat(waiting.on())
                        .containsExactly("the scorers of job %s, which have gone".formatted(JOB)));
        clock.pass(TIMEOUT);
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        scorers.refuse(JOB, 0, 2, 1, "cannot load it");

        assertThat(rollout.advance()).isInstanceOf(Progress.Rejected.class);
        assertThat(live()).isEqualTo(1);
    }

    @Test
    void aJobThatHasEndedIsNotWaitedForForEver() {
        rollOut(1);
        scorers.tell(JOB, 0, 1, 1);
        propose(2);
        scorers.leave(JOB, 0);
        clock.pass(TIMEOUT.plusMillis(1));
        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
        propose(3);
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        scorers.end(JOB);
        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
    }

    /** Its session with ZooKeeper is lost, but it serves. */
    @Test
    void aScorerThatIsMissingBesideOthersOfItsJobIsWaitedFor() {
        rollOut(1);
        scorers.tellOneOf(3, JOB, 0, 1, 1, 2);
        scorers.tellOneOf(3, JOB, 1, 1, 1, 2);
        propose(2);
        assertThat(rollout.advance())
                .asInstanceOf(type(Progress.Waiting.class))
                .satisfies(waiting -> assertThat(waiting.on())
                        .containsExactly("1 of the 3 scorers of job %s, which are not there".formatted(JOB)));
        clock.pass(TIMEOUT.plusMillis(1));
        assertThat(rollout.advance()).isInstanceOf(Progress.Rejected.class);
        propose(3);
        scorers.tellOneOf(3, JOB, 0, 1, 1, 3);
        scorers.tellOneOf(3, JOB, 1, 1, 1, 3);
        scorers.tellOneOf(3, JOB, 2, 1, 1, 3);

        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
    }

    @Test
    void whatIsLiveIsNotRejectedAndTheFirstReasonStays() {
        rollOut(1);
        assertThat(rollout.reject(1, "too late")).isFalse();
        assertThat(state(1)).isEqualTo(VersionState.LIVE);
        propose(2);
        assertThat(rollout.reject(2, "less accurate")).isTrue();
        assertThat(rollout.reject(2, "another reason")).isTrue();

        assertThat(registry.candidate()).isEmpty();
        assertThat(state(2)).isEqualTo(VersionState.REJECTED);
        assertThat(reason(2)).isEqualTo("less accurate");
    }

    @Test
    void aCandidateThatLiveHasPassedByOtherWaysIsWithdrawn() {
        propose(2);
        Live.advance(registry, 3);
        assertThat(rollout.advance()).isInstanceOf(Progress.Withdrawn.class);
        assertThat(state(2)).isEqualTo(VersionState.PUBLISHED);
        propose(4);
        Live.advance(registry, 4);
        assertThat(rollout.advance()).isInstanceOf(Progress.Withdrawn.class);

        assertThat(registry.candidate()).isEmpty();
        assertThat(state(4)).isEqualTo(VersionState.LIVE);
        assertThat(registry.history()).hasSize(2);
    }

    @Test
    void aCandidateWhoseVersionIsGoneIsWithdrawn() throws Exception {
        propose(1);
        Znodes znodes = registry.znodes();
        znodes.curator().delete().forPath(znodes.version(1));

        assertThat(rollout.advance()).isInstanceOf(Progress.Withdrawn.class);
        assertThat(registry.candidate()).isEmpty();
        assertThat(registry.live()).isEmpty();
    }

    @Test
    void whatBeganBeforeZooKeeperWasAwayGoesOnAfter(Sandbox sandbox) {
        scorers.tell(JOB, 0, 0);
        propose(1);
        sandbox.stopZooKeeper();
        sandbox.startZooKeeper();
        registry.requireReachable();
        assertThat(rollout.advance()).isInstanceOf(Progress.Waiting.class);
        scorers.tell(JOB, 0, 0, 1);

        assertThat(rollout.advance()).isInstanceOf(Progress.Moved.class);
        assertThat(registry.history()).hasSize(1);
    }

    @Test
    void aVersionThatDoesNotExistIsToldSo() {
        for (Runnable change : List.<Runnable>of(
                () -> rollout.propose(77, "anna", "", true),
                () -> rollout.pin(77, "anna", ""),
                () -> rollout.reject(77, ""))) {
            assertThatThrownBy(change::run)
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("version 77 is not in");
        }
    }

    @Test
    void whatIsSaidIsCutToAThousandCharacters() {
        String much = "\uD83D\uDE00".repeat(1_000_000);
        scorers.tell(JOB, 0, 0);
        rollout.propose(1, much, much, true);
        assertThat(registry.candidate().orElseThrow().getWhy()).hasSizeLessThanOrEqualTo(1_000);
        rollout.withdraw(1, much, much);
        assertThat(reason(1)).hasSizeLessThanOrEqualTo(1_000);
        scorers.leave(JOB, 0);
        scorers.end(JOB);
        rollout.pin(1, much, much);
        rollout.advance();
        Move move = registry.history().get(0);
        assertThat(move.getBy() + move.getWhy()).hasSizeBetween(1_990, 2_000).doesNotContain("?");
        rollout.reject(2, much);
        assertThat(reason(2)).hasSizeBetween(995, 1_000).endsWith("…");
    }

    @Test
    void theHistoryKeepsTheLatestThousand() {
        Znodes znodes = registry.znodes();
        rollOut(1);
        for (int i = 0; i < 102; i++) {
            Move old = Move.newBuilder().setFormat(1).setTo(1).setMove(i).build();
            CuratorOp append = new History(znodes).append(old).get(0);
            znodes.tryAll("ten at once", Collections.nCopies(10, append));
        }
        rollOut(2);

        List<Move> history = registry.history();
        assertThat(history).hasSize(History.LIMIT);
        assertThat(history.get(History.LIMIT - 1).getTo()).isEqualTo(2);
        assertThat(history.get(History.LIMIT - 2).getMove()).isEqualTo(101);
        assertThat(rollout.previous()).hasValue(1);
    }
}
