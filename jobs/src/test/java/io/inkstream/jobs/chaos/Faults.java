package io.inkstream.jobs.chaos;

import io.inkstream.sandbox.processes.ProcessCluster;
import io.inkstream.sandbox.processes.Role;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.client.HdfsAdmin;

/** Makes of faults what is to be done to a site. */
final class Faults {
    private final Site site;
    private final Path root;
    private final HdfsAdmin hdfs;

    Faults(Site site) throws Exception {
        this.site = site;
        this.root = new Path(site.root());
        this.hdfs = new HdfsAdmin(URI.create(site.root()), new Configuration());
    }

    /** A part of a fault. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /**
     * A fault that is about to be done.
     *
     * @param undo returns when what was away serves again
     */
    record Aimed(Step cause, Step undo) {}

    /** Looks where it is to hit. */
    Aimed aim(Fault fault) {
        return switch (fault.kind()) {
            case TASK_MANAGER_KILLED -> kill(Role.TASK_MANAGER, victim(fault));
            case JOB_MANAGER_KILLED -> kill(Role.JOB_MANAGER, site.cluster().leader());
            case KAFKA_KILLED -> kill(Role.KAFKA, 0);
            case SESSIONS_EXPIRED -> new Aimed(() -> Sessions.expireAll(site.zookeeper()), () -> {});
            case DATA_NODE_AWAY -> kill(Role.DATA_NODE, 0);
            case QUOTA_FULL -> new Aimed(() -> hdfs.setSpaceQuota(root, 1), () -> hdfs.clearSpaceQuota(root));
            case TASK_MANAGER_PAUSED -> pause(Role.TASK_MANAGER, victim(fault));
            case JOB_MANAGER_PAUSED -> pause(Role.JOB_MANAGER, site.cluster().leader());
            case KAFKA_PAUSED -> pause(Role.KAFKA, 0);
            case ZOOKEEPER_PAUSED -> pause(Role.ZOOKEEPER, 0);
            case NAME_NODE_PAUSED -> pause(Role.NAME_NODE, 0);
        };
    }

    /** One with tasks of the scoring job: what happens to another one, predictions do not notice. */
    private int victim(Fault fault) {
        List<Integer> scoring = site.scoringTaskManagers();
        return scoring.get(fault.victim() % scoring.size());
    }

    private Aimed kill(Role role, int index) {
        ProcessCluster cluster = site.cluster();
        return new Aimed(() -> cluster.kill(role, index), () -> cluster.start(role, index));
    }

    private Aimed pause(Role role, int index) {
        ProcessCluster cluster = site.cluster();
        return new Aimed(() -> cluster.pause(role, index), () -> cluster.resume(role, index));
    }
}
