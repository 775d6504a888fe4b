package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.FencedException;
import io.inkstream.models.registry.TrainerLease;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionDraft;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A second training job for the same model, and one that wakes up after it was replaced. */
@ExtendWith(SandboxExtension.class)
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class FencingIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Publishing publishing;

    @BeforeEach
    void open(Sandbox sandbox) throws IOException {
        publishing = new Publishing(sandbox);
    }

    @AfterEach
    void close() throws IOException {
        publishing.close();
    }

    @Test
    void usageExample() throws Exception {
        StagedVersion staged = publishing.stage(1);
        try (Committer<StagedVersion> first = publishing.committer(publishing.sink(), Publishing.JOB)) {
            assertThat(publishing.registry.trainer().orElseThrow().getJobId()).isEqualTo(Publishing.JOB.toHexString());
            assertThatThrownBy(() -> publishing.committer(publishing.sink(), Publishing.OTHER_JOB))
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseInstanceOf(FencedException.class);
            Publishing.commit(first, staged);
        }
        publishing.assertExactlyPublished(staged);
        assertThat(publishing.registry.trainer()).isEmpty();
    }

    @Test
    void whoWasReplacedPublishesNothing() throws Exception {
        StagedVersion staged = publishing.stage(1);
        try (Committer<StagedVersion> zombie = publishing.committer(publishing.sink(), Publishing.JOB);
                Committer<StagedVersion> restarted = publishing.committer(publishing.sink(), Publishing.JOB)) {
            assertThatThrownBy(() -> Publishing.commit(zombie, staged))
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseInstanceOf(FencedException.class);
            publishing.assertNothingPublished();

            Publishing.commit(restarted, staged);
        }
        publishing.assertExactlyPublished(staged);
    }

    @Test
    void moreCommittersThanOneAreRefused() {
        assertThatThrownBy(() -> publishing.committer(publishing.sink(), Publishing.JOB, 2))
                .isInstanceOf(SuppressRestartsException.class)
                .hasRootCauseMessage(
                        "the version sink has parallelism 2: set it to 1, versions are published one after the other");
        assertThat(publishing.registry.trainer()).isEmpty();
    }

    @Test
    void aJobThatIsRefusedEndsThoughItWouldRestartForEver(Sandbox sandbox) throws Exception {
        try (TrainerLease lease = publishing.lease(Publishing.JOB)) {
            JobClient job = submit(sandbox, draft -> draft);

            assertThatThrownBy(() -> job.getJobExecutionResult().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasStackTraceContaining("The failure is not recoverable")
                    .hasStackTraceContaining("is being trained by Flink job " + Publishing.JOB.toHexString());
            lease.verify();
        }
        publishing.assertNothingPublished();
    }

    @Test
    void aJobThatIsReplacedEndsAtItsNextCommit(Sandbox sandbox) throws Exception {
        JobClient job = submit(sandbox, new Gate());
        await().atMost(LIMIT).until(() -> publishing.registry.trainer().isPresent());
        try (TrainerLease replacement = publishing.lease(job.getJobID())) {
            Gate.OPEN.countDown();

            assertThatThrownBy(() -> job.getJobExecutionResult().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasStackTraceContaining("The failure is not recoverable")
                    .hasStackTraceContaining("has lost model '" + publishing.model + "'");
            replacement.verify();
        }
        publishing.assertNothingPublished();
    }

    @Test
    void aJobThatIsNotDisturbedPublishesAndLetsGo(Sandbox sandbox) throws Exception {
        JobClient job = submit(sandbox, draft -> draft);
        job.getJobExecutionResult().get(LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(publishing.registry.versions()).containsExactly(1L);
        assertThat(publishing.registry.trainer()).isEmpty();
    }

    /** Publishes version 1 after the last checkpoint, which comes when {@code before} has returned. */
    private JobClient submit(Sandbox sandbox, MapFunction<VersionDraft, VersionDraft> before) throws Exception {
        Configuration settings = sandbox.flinkClient();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings);
        env.setParallelism(1);
        env.enableCheckpointing(200);
        ProtobufTypeInfo<VersionDraft> type = ProtobufTypeInfo.forMessage(VersionDraft.class);
        env.fromData(type, publishing.draft(1)).map(before).returns(type).sinkTo(publishing.sink());
        return env.executeAsync("one version");
    }

    /** Lets nothing through until the test says so. Static: Flink makes its own copy of the function, in this JVM. */
    private static final class Gate implements MapFunction<VersionDraft, VersionDraft> {
        private static final long serialVersionUID = 1L;
        private static final CountDownLatch OPEN = new CountDownLatch(1);

        @Override
        public VersionDraft map(VersionDraft draft) throws Exception {
            OPEN.await();
            return draft;
        }
    }
}
