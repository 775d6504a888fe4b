package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.ScorerStatus;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;

/** Puts into ZooKeeper at once what scorers say there in their own time. */
final class TestScorers {
    static final String PROCESS = "4711@worker-3";

    private final Znodes znodes;

    TestScorers(ModelRegistry registry) {
        this.znodes = registry.znodes();
    }

    void tell(String job, int subtask, long serves, long... loaded) {
        put(status(job, subtask)
                .setServes(serves)
                .addAllLoaded(LongStream.of(loaded).boxed().toList())
                .build());
    }

    void refuse(String job, int subtask, long version, int attempt, String reason) {
        put(status(job, subtask)
                .setRefused(Refusal.newBuilder()
                        .setVersion(version)
                        .setAttempt(attempt)
                        .setReason(reason))
                .build());
    }

    /** As long as it restarts. */
    void leave(String job, int subtask) {
        znodes.tryAll("leave", List.of(znodes.delete(znodes.scorer(job, subtask))));
    }

    /** What ZooKeeper does a while after the last scorer has left. */
    void end(String job) {
        znodes.tryAll("end", List.of(znodes.delete(znodes.scorersOf(job))));
    }

    /** One of several that belong together. */
    void tellOneOf(int scorers, String job, int subtask, long serves, long... loaded) {
        put(status(job, subtask)
                .setServes(serves)
                .setScorers(scorers)
                .addAllLoaded(LongStream.of(loaded).boxed().toList())
                .build());
    }

    private static ScorerStatus.Builder status(String job, int subtask) {
        return ScorerStatus.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setJobId(job)
                .setSubtask(subtask)
                .setProcess(PROCESS);
    }

    private void put(ScorerStatus status) {
        String path = znodes.scorer(status.getJobId(), status.getSubtask());
        znodes.createUnlessThere(znodes.scorersOf(status.getJobId()), new byte[0]);
        CuratorOp operation = znodes.read(path)
                .map(node -> znodes.set(path, node.revision(), status))
                .orElseGet(() -> znodes.create(path, CreateMode.EPHEMERAL, status));
        znodes.tryAll("tell " + path, List.of(operation));
    }
}
