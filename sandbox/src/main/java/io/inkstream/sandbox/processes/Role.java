package io.inkstream.sandbox.processes;

/** The kinds of servers of a {@link ProcessCluster}; of each, the first has the number 0. */
public enum Role {
    ZOOKEEPER("ZooKeeper"),
    KAFKA("Kafka"),
    NAME_NODE("NameNode"),
    DATA_NODE("DataNode"),
    JOB_MANAGER("JobManager"),
    TASK_MANAGER("TaskManager");

    private final String title;

    Role(String title) {
        this.title = title;
    }

    /** The name that people know it by. */
    public String title() {
        return title;
    }
}
