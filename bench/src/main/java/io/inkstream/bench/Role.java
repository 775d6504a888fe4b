package io.inkstream.bench;

import java.util.List;

/** What a thread of the scoring job's JVM is there for, told by its name. */
enum Role {
    FETCHER("Kafka fetcher", "Source Data Fetcher"),
    SCORER("scorer task", "scorer "),
    SOURCE("source task", "Source: images"),
    PRODUCER("Kafka producer's network", "kafka-producer-network-thread"),
    CHECKPOINT("checkpoints", "AsyncOperations", "jobmanager-io", "Checkpoint", "hdfs", "DataStreamer", "IPC "),
    OTHER("other Java threads", "");

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> starts;

    Role(String label, String... starts) {
        this.label = label;
        this.starts = List.of(starts);
    }

    static Role of(String thread) {
        for (Role role : values()) {
            if (role.starts.stream().anyMatch(thread::startsWith)) {
                return role;
            }
        }
        return OTHER;
    }

    @Override
    public String toString() {
        return label;
    }
}
