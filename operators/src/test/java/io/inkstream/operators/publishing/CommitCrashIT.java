package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.registry.FencedException;
import io.inkstream.models.registry.TrainerLease;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.StagedVersion;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.runtime.operators.sink.CommitterOperatorFactory;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commits that crash on the way, repeated by Flink's own committer from its state. */
@ExtendWith(SandboxExtension.class)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class CommitCrashIT {
    private static final int MAX_PARALLELISM = 128;

    private Publishing publishing;

    @BeforeEach
    void open(Sandbox sandbox) throws IOException {
        publishing = new Publishing(sandbox);
    }

    @AfterEach
    void close() throws IOException {
        publishing.close();
    }

    /** How far a commit came. */
    enum Crash {
        STAGED,
        RENAMED,
        REGISTERED,
        PROPOSED,
        LIVE_MOVED,
        BEFORE_RETURN
    }

    @ParameterizedTest
    @EnumSource
    void aRestartPublishesExactlyOnce(Crash crash) throws Exception {
        // An attempt that died before its checkpoint left its files behind.
        publishing.stage(1);
        StagedVersion staged = publishing.stage(1);
        OperatorSubtaskState checkpoint = checkpoint(1, staged);
        // Not closed: the process is gone, its session still lives.
        TrainerLease dead = publishing.lease(Publishing.JOB);
        crashAt(crash, dead, staged);

        try (var restarted = committer(Publishing.JOB, 1, 0)) {
            restore(restarted, checkpoint);
            restarted.open();

            publishing.assertExactlyPublished(staged);
            assertThat(publishing.registry.live().orElseThrow().getMove()).isEqualTo(1);
            assertThatThrownBy(() -> crashAt(Crash.LIVE_MOVED, dead, publishing.stage(2)))
                    .isInstanceOf(FencedException.class);
        }
        dead.close();
    }

    @ParameterizedTest
    @EnumSource
    void severalVersionsOfWhichTheFirstWasUnderWay(Crash crash) throws Exception {
        StagedVersion first = publishing.stage(1);
        StagedVersion second = publishing.stage(2);
        OperatorSubtaskState checkpoint = checkpoint(1, first, second);
        try (TrainerLease dead = publishing.lease(Publishing.JOB)) {
            crashAt(crash, dead, first);
        }

        try (var restarted = committer(Publishing.JOB, 1, 0)) {
            restore(restarted, checkpoint);
        }

        assertThat(publishing.registry.version(1).map(Publishing::asStaged)).contains(first.getVersion());
        assertThat(publishing.registry.version(2).map(Publishing::asStaged)).contains(second.getVersion());
        assertThat(publishing.store.versions()).containsExactly(1L, 2L);
        assertThat(publishing.names(".staging")).isEmpty();
        assertThat(publishing.registry.live().orElseThrow().getVersion()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void atAnotherParallelismItIsRefusedUntilItIsOneAgain(Crash crash) throws Exception {
        StagedVersion staged = publishing.stage(1);
        OperatorSubtaskState checkpoint = checkpoint(1, staged);
        try (TrainerLease dead = publishing.lease(Publishing.JOB)) {
            crashAt(crash, dead, staged);
        }
        List<Long> before = publishing.registry.versions();

        for (int subtask = 0; subtask < 2; subtask++) {
            OperatorSubtaskState part = AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    checkpoint, MAX_PARALLELISM, 1, 2, subtask);
            var committer = committer(Publishing.JOB, 2, subtask);
            assertThatThrownBy(() -> restore(committer, part))
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseMessage(
                            "the version sink has parallelism 2: set it to 1, versions are published one after the other");
        }
        assertThat(publishing.registry.versions()).isEqualTo(before);

        try (var one = committer(Publishing.JOB, 1, 0)) {
            restore(one, checkpoint);
        }
        publishing.assertExactlyPublished(staged);
    }

    @ParameterizedTest
    @EnumSource
    void aSavepointOfTheSameMomentStartedAsAnotherJobPublishesTheSame(Crash crash) throws Exception {
        StagedVersion staged = publishing.stage(1);
        OperatorSubtaskState savepoint = checkpoint(1, staged);
        try (TrainerLease dead = publishing.lease(Publishing.JOB)) {
            crashAt(crash, dead, staged);
        }

        try (var other = committer(Publishing.OTHER_JOB, 1, 0)) {
            restore(other, savepoint);
        }

        publishing.assertExactlyPublished(staged);
    }

    @Test
    void whatAnAbortedAttemptStagedGoesWithALaterVersion() throws Exception {
        publishing.stage(1);
        publishing.stage(2);
        StagedVersion later = publishing.stage(3);
        try (var committer = committer(Publishing.JOB, 1, 0)) {
            committer.open();
            send(committer, 3, later);
            committer.snapshot(3, 0);
            assertThat(publishing.registry.versions()).isEmpty();
            committer.notifyOfCompletedCheckpoint(3);
        }

        publishing.assertExactlyPublished(later);
    }

    private void crashAt(Crash crash, TrainerLease lease, StagedVersion staged) throws Exception {
        ModelVersion version = staged.getVersion();
        if (crash.compareTo(Crash.RENAMED) >= 0) {
            publishing.store.publish(
                    staged.getStaged(), version.getVersion(), List.of(version.getOnnx(), version.getTraining()));
        }
        if (crash.compareTo(Crash.REGISTERED) >= 0) {
            lease.register(version);
        }
        if (crash.compareTo(Crash.PROPOSED) >= 0) {
            lease.propose(version.getVersion(), "a test");
        }
        if (crash.compareTo(Crash.LIVE_MOVED) >= 0) {
            lease.advance();
        }
        if (crash == Crash.BEFORE_RETURN) {
            publishing.store.discardStagedUpTo(version.getVersion());
        }
    }

    /** What a committer keeps that was told of these versions and not yet that the checkpoint is complete. */
    private OperatorSubtaskState checkpoint(long id, StagedVersion... staged) throws Exception {
        try (var committer = committer(Publishing.JOB, 1, 0)) {
            committer.open();
            send(committer, id, staged);
            return committer.snapshot(id, 0);
        }
    }

    /** From checkpoint 1, as Flink would: only then is it known that what waits is to be committed. */
    private static void restore(
            OneInputStreamOperatorTestHarness<CommittableMessage<StagedVersion>, ?> committer,
            OperatorSubtaskState checkpoint)
            throws Exception {
        committer.setRestoredCheckpointId(1);
        committer.initializeState(checkpoint);
    }

    private static void send(
            OneInputStreamOperatorTestHarness<CommittableMessage<StagedVersion>, ?> committer,
            long checkpoint,
            StagedVersion... staged)
            throws Exception {
        committer.processElement(new CommittableSummary<>(0, 1, checkpoint, staged.length, 0), 0);
        for (StagedVersion version : staged) {
            committer.processElement(new CommittableWithLineage<>(version, checkpoint, 0), 0);
        }
    }

    private OneInputStreamOperatorTestHarness<CommittableMessage<StagedVersion>, CommittableMessage<StagedVersion>>
            committer(JobID job, int committers, int subtask) throws Exception {
        MockEnvironment environment = new MockEnvironmentBuilder()
                .setJobID(job)
                .setMaxParallelism(MAX_PARALLELISM)
                .setParallelism(committers)
                .setSubtaskIndex(subtask)
                .build();
        return new OneInputStreamOperatorTestHarness<>(
                new CommitterOperatorFactory<>(publishing.sink(), false, true), environment);
    }
}
