package io.inkstream.jobs.chaos;

import java.time.Duration;

/**
 * One thing that is done to the system.
 *
 * @param calm how long images flow undisturbed before
 * @param victim which of the processes it hits, where there are several of the kind; counted round
 * @param hold how long it lasts until it is undone; what is killed is started again at once, or once it is replaced
 */
record Fault(Kind kind, Duration calm, int victim, Duration hold) {

    /** What can be done to the system; what happens most often comes first. */
    enum Kind {
        TASK_MANAGER_KILLED("kill -9 of a TaskManager", false),
        JOB_MANAGER_KILLED("kill -9 of the JobManager", false),
        KAFKA_KILLED("kill -9 of Kafka", false),
        SESSIONS_EXPIRED("ZooKeeper sessions expired", false),
        DATA_NODE_AWAY("DataNode away", true),
        QUOTA_FULL("HDFS quota full", true),
        TASK_MANAGER_PAUSED("a TaskManager paused", true),
        JOB_MANAGER_PAUSED("the JobManager paused", true),
        KAFKA_PAUSED("Kafka paused", true),
        ZOOKEEPER_PAUSED("ZooKeeper paused", true),
        NAME_NODE_PAUSED("NameNode paused", true);

        private final String label;
        private final boolean isHeld;

        Kind(String label, boolean isHeld) {
            this.label = label;
            this.isHeld = isHeld;
        }

        String label() {
            return label;
        }

        /**
         * Whether others take over what it did, before it is started again: on a cluster it would start on a machine of its
         * own, and not take the cores of those who take over.
         */
        boolean isTakenOver() {
            return this == TASK_MANAGER_KILLED;
        }

        /** Whether it lasts until it is undone; recovery is counted from then, else from when it was done. */
        boolean isHeld() {
            return isHeld;
        }
    }

    @Override
    public String toString() {
        String lasts = kind.isHeld() ? " for %d ms".formatted(hold.toMillis()) : "";
        return "after %d ms: %s%s (%d)".formatted(calm.toMillis(), kind.label(), lasts, victim);
    }
}
