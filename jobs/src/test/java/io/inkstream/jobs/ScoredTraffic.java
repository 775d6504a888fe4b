package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.Rollout;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScorerStatus;
import java.util.List;
import org.apache.flink.core.execution.JobClient;

/** A scoring job of two scorers that serve version 1 while images come in all the time. */
final class ScoredTraffic implements AutoCloseable {
    static final int SCORERS = 2;

    final Loop loop;
    final JobClient job;
    final Versions versions;
    final Traffic traffic;

    ScoredTraffic(Sandbox sandbox) throws Exception {
        Digits digits = new Digits(1_000);
        loop = new Loop(sandbox);
        versions = new Versions(loop.connections(), digits);
        job = loop.submit(loop.scoring().withParallelism(SCORERS));
        awaitScorers();
        versions.publish(loop.registry(), 1);
        propose(1);
        await().atMost(Loop.PATIENCE).until(() -> allServe(1));
        traffic = Traffic.start(loop, digits);
        traffic.awaitScored(1, Traffic.COMMITTED);
    }

    void awaitScorers() {
        await().atMost(Loop.PATIENCE)
                .ignoreException(RegistryException.class)
                .until(() -> loop.registry().scorers().size() == SCORERS);
    }

    /** Publishes a version as soon as ZooKeeper answers, and waits until all scorers serve it, and nothing else. */
    void goLive(long number) throws Exception {
        await().atMost(Loop.PATIENCE)
                .ignoreException(RegistryException.class)
                .until(() -> loop.registry().newest().orElse(0) < number);
        versions.publish(loop.registry(), number);
        propose(number);
        await().atMost(Loop.PATIENCE).ignoreException(RegistryException.class).until(() -> allServe(number));
        assertThat(traffic.awaitScored(5, Traffic.COMMITTED))
                .extracting(Prediction::getModelVersion)
                .containsOnly(number);
    }

    void propose(long number) {
        new Rollout(loop.registry()).propose(number, "a test", "", false);
    }

    boolean allServe(long number) {
        ModelRegistry registry = loop.registry();
        List<ScorerStatus> scorers = registry.scorers();
        return registry.live().map(LivePointer::getVersion).orElse(0L) == number
                && scorers.size() == SCORERS
                && scorers.stream().allMatch(scorer -> scorer.getServes() == number && !scorer.hasRefused());
    }

    /** Asserts that the job has run on throughout, and that all predictions are what they are to be. */
    void endAndCheck() throws Exception {
        traffic.endAndCheck(versions);
        loop.flink().assertNeverFailed(job);
        assertThat(loop.flink().restarts(job)).isZero();
    }

    @Override
    public void close() {
        try {
            traffic.close();
        } finally {
            loop.close();
            versions.close();
        }
    }
}
