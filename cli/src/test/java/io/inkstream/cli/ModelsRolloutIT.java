package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.inkstream.models.registry.Proposal;
import io.inkstream.models.registry.RegistryWatch;
import io.inkstream.models.registry.ScorerPresence;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.VersionState;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Versions moved by hand, with scorers that answer through the real ZooKeeper. */
@ExtendWith(SandboxExtension.class)
class ModelsRolloutIT {
    private PublishedModel model;

    @BeforeEach
    void publishThreeVersions(Sandbox sandbox) throws Exception {
        model = new PublishedModel(sandbox);
        for (int number = 1; number <= 3; number++) {
            model.publish(number, number);
        }
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void usageExample() {
        model.scorer(0);
        model.scorer(1);
        assertThat(model.run("promote", "1").exitCode()).isZero();
        Run promote = model.run("promote", "newest", "--why", "0.99 at the fair", "--by", "anna@desk-1");
        assertThat(promote.out()).startsWith("version 3 is live").contains("models pin keeps it");
        assertThat(promote.exitCode()).isZero();
        awaitServing(3);

        assertThat(model.run("list").out().lines().map(String::strip))
                .anyMatch(line -> line.startsWith("3  LIVE ") && line.endsWith(" 2/2     2/2"))
                .anyMatch(line -> line.startsWith("2  PUBLISHED "))
                .anyMatch(line -> line.startsWith("1  RETIRED "));
        assertThat(model.run("show", "live").out())
                .contains("by anna@desk-1: 0.99 at the fair", "served by      2 of 2 scorers");

        assertThat(model.run("rollback", "--why", "3 reads sevens").exitCode()).isZero();
        assertThat(model.live()).isEqualTo(1);
        List<String> history =
                model.run("history", "--limit", "2").out().lines().toList();
        assertThat(history).hasSize(3);
        assertThat(history.get(1)).contains("3 -> 1 ", System.getProperty("user.name") + "@", "3 reads sevens");
        assertThat(history.get(2)).contains("1 -> 3 ", "anna@desk-1");
    }

    @Test
    void whatIsPinnedIsNotMovedByAJob() {
        model.run("promote", "1");
        Run pin = model.run("pin", "--why", "until Monday");
        assertThat(pin.out()).isEqualToNormalizingNewlines("version 1 is live and pinned\n");

        assertThat(model.rollout().propose(2, "training job", "better", false)).isEqualTo(Proposal.PINNED);
        assertThat(model.run("list").out()).contains(" 1  LIVE, pinned ");
        assertThat(model.run("show", "2").out()).contains("reason         live is pinned to 1");
        assertThat(model.run("promote", "2").out()).startsWith("version 2 is live and pinned");

        assertThat(model.run("unpin").out()).startsWith("what the jobs publish can go live again");
        assertThat(model.run("unpin").out()).startsWith("nothing was pinned");
        assertThat(model.rollout().propose(3, "training job", "better", false)).isEqualTo(Proposal.ACCEPTED);
    }

    @Test
    void pinningAnotherVersionBringsItLiveFirst() {
        model.scorer(0);
        model.run("promote", "2");

        assertThat(model.run("pin", "1").out()).isEqualToNormalizingNewlines("version 1 is live and pinned\n");
        assertThat(model.live()).isEqualTo(1);
        assertThat(model.registry().live().orElseThrow().getPinned()).isTrue();
    }

    @Test
    void aRefusalIsTold() {
        model.scorer(0);
        model.run("promote", "1");
        RegistryWatch refusing = model.refusingScorer(1, "SHA-256 differs");

        Run refused = model.run("promote", "2");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .contains("version 2 is rejected: refused by scorer " + PublishedModel.JOB + "/1 in ")
                .contains("SHA-256 differs; live is 1.");
        assertThat(refused.out()).isEmpty();
        assertThat(model.live()).isEqualTo(1);
        assertThat(model.state(2)).isEqualTo(VersionState.REJECTED);
        assertThat(model.run("show", "2").out()).contains("state          REJECTED", "reason         refused by");

        refusing.close();
        model.scorer(1);
        assertThat(model.run("promote", "2").exitCode()).isZero();
        assertThat(model.live()).isEqualTo(2);
    }

    @Test
    void whoIsSilentIsNamedAndNotWaitedForEndlessly() {
        model.scorer(0);
        model.run("promote", "1");
        model.silentScorer(1);

        Run run = model.run("promote", "2", "--timeout", "4", "--json");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("inkstream: waiting for 1 scorer: scorer " + PublishedModel.JOB + "/1 in ");
        JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(json.keySet()).containsExactly("model", "version", "outcome", "reason", "live", "candidate");
        assertThat(json.get("outcome").getAsString()).isEqualTo("REJECTED");
        assertThat(json.get("reason").getAsString())
                .startsWith("no answer within 4 s from scorer " + PublishedModel.JOB + "/1 in ")
                .doesNotContain("/0 in ");
        assertThat(json.getAsJsonObject("live").get("version").getAsString()).isEqualTo("1");
        assertThat(model.live()).isEqualTo(1);
    }

    @Test
    void ctrlCLeavesTheCandidateAsItIs() throws Exception {
        model.silentScorer(0);
        RunningCommand promote = new RunningCommand(model.line("promote", "2"));
        await().atMost(PublishedModel.PATIENCE).until(() -> promote.err().contains("waiting for 1 scorer"));
        promote.ctrlC();

        Run end = promote.end();
        assertThat(end.exitCode()).isEqualTo(130);
        assertThat(end.err()).contains("version 2 stays the candidate");
        assertThat(model.registry().candidate().map(Candidate::getVersion)).contains(2L);

        Run again = model.run("promote", "2", "--no-wait");
        assertThat(again.out()).startsWith("version 2 is the candidate");
        assertThat(again.exitCode()).isZero();
        assertThat(model.registry().candidate().orElseThrow().getAttempt()).isEqualTo(1);
    }

    @Test
    void whoeverIsOvertakenIsTold() throws Exception {
        model.silentScorer(0);
        RunningCommand promote = new RunningCommand(model.line("promote", "2"));
        await().atMost(PublishedModel.PATIENCE).until(() -> promote.err().contains("waiting for 1 scorer"));
        model.rollout().propose(3, "ben", "no, this one", true);

        Run end = promote.end();
        assertThat(end.err()).contains("version 2 is not live: superseded by 3; none is live");
        assertThat(end.exitCode()).isEqualTo(3);
    }

    @Test
    void aScorerThatLeavesForGoodIsWaitedForUntilTheTimeIsOver() throws Exception {
        ScorerPresence presence = model.silentScorer(0);
        RunningCommand promote = new RunningCommand(model.line("promote", "2", "--timeout", "15"));
        await().atMost(PublishedModel.PATIENCE).until(() -> promote.err().contains("waiting for 1 scorer"));
        presence.close();
        await().atMost(PublishedModel.PATIENCE).until(() -> promote.err().contains("which have gone"));

        assertThat(promote.end().exitCode()).isZero();
        assertThat(model.live()).isEqualTo(2);
    }

    @Test
    void whatAJobRejectsMeanwhileIsTold() throws Exception {
        model.silentScorer(0);
        RunningCommand promote = new RunningCommand(model.line("promote", "2"));
        await().atMost(PublishedModel.PATIENCE).until(() -> promote.err().contains("waiting for 1 scorer"));
        model.rollout().reject(2, "its probe batch came out otherwise");

        Run end = promote.end();
        assertThat(end.err()).contains("version 2 is rejected: its probe batch came out otherwise; none is live");
        assertThat(end.exitCode()).isEqualTo(1);
    }

    @Test
    void waitingOutlivesZooKeeper(Sandbox sandbox) throws Exception {
        model.silentScorer(0);
        RunningCommand promote = new RunningCommand(model.line("promote", "2", "--timeout", "600"));
        await().atMost(PublishedModel.PATIENCE).until(() -> promote.err().contains("waiting for 1 scorer"));
        sandbox.stopZooKeeper();
        await().atMost(PublishedModel.PATIENCE).until(() -> promote.err().contains("trying again"));
        sandbox.startZooKeeper();
        model.registry().requireReachable();
        model.run("promote", "3", "--no-wait");

        assertThat(promote.end().err()).contains("superseded by 3");
    }

    @Test
    void whatCannotBeDoneIsSaidWithTheReason() throws Exception {
        assertRefused(model.run("rollback"), "there is nothing to roll back to");
        assertRefused(model.run("pin"), "no version of the model digits-", "is live yet");
        assertRefused(model.run("promote", "7"), "has no version 7; there are: 1..3");
        model.deleteFiles(2);
        assertRefused(
                model.run("promote", "2"), "version 2 cannot go live: ", "2/model.onnx is missing", "models list");
        model.tamper(3, "model.onnx");
        assertRefused(model.run("rollback", "3", "--json"), "3/model.onnx has SHA-256", "was changed after");

        assertThat(model.registry().candidate()).isEmpty();
        assertThat(model.state(2)).isEqualTo(VersionState.PUBLISHED);
        model.run("promote", "1");
        assertRefused(model.run("rollback"), "there is nothing to roll back to");
        assertThat(model.run("promote", "1").out()).startsWith("version 1 is live");
        assertThat(model.registry().history()).hasSize(1);
    }

    private static void assertRefused(Run run, String... why) {
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains(why).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void withTheFilesGoneGoingBackToWhatAllHaveLoadedStillWorks() throws Exception {
        model.scorer(0);
        model.run("promote", "1");
        ScorerPresence holds = model.silentScorer(1);
        model.rollout().propose(2, "training job", "", false);
        await().atMost(PublishedModel.PATIENCE)
                .until(() -> model.registry().scorers().get(0).getLoadedCount() == 2);
        holds.update(ScorerStatus.newBuilder().addLoaded(2).build());
        await().atMost(PublishedModel.PATIENCE)
                .until(() -> model.registry().scorers().get(1).getLoadedCount() == 1);
        model.deleteFiles(2);

        assertThat(model.run("promote", "2").exitCode()).isZero();
    }

    @Test
    void withoutHdfsTheScorersDecide(Sandbox sandbox) {
        sandbox.stopHdfs();
        try {
            Run nobody = model.run("promote", "2");
            assertRefused(nobody, "no scorer runs, and the files of version 2 cannot be checked: ");
            model.scorer(0);
            Run promote = model.run("promote", "2");
            assertThat(promote.err()).contains("cannot be read from here, the scorers decide: ");
            assertThat(promote.out()).startsWith("version 2 is live");
        } finally {
            sandbox.startHdfs();
        }
    }

    private void awaitServing(long version) {
        await().atMost(PublishedModel.PATIENCE)
                .until(() -> model.registry().scorers().stream().allMatch(scorer -> scorer.getServes() == version));
    }
}
