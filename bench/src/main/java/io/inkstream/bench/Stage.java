package io.inkstream.bench;

import java.util.List;

/** What a thread is at, told by the classes on its stack. */
enum Stage {
    ONNX("ONNX Runtime", "ai.onnxruntime."),
    STATE("RocksDB", "org.rocksdb.", "org.apache.flink.state.rocksdb.", "org.apache.flink.contrib.streaming.state."),
    PROTOBUF("protobuf", "com.google.protobuf.", "io.inkstream.schemas.", "io.inkstream.operators.serialization."),
    PRODUCER("Kafka producer", "org.apache.kafka.clients.producer.", "org.apache.flink.connector.kafka.sink."),
    CONSUMER("Kafka consumer", "org.apache.kafka.clients.consumer.", "org.apache.flink.connector.kafka.source."),
    DECODER("decoding", "io.inkstream.operators.decoding."),
    OWN("Inkstream, other", "io.inkstream."),
    EXCHANGE(
            "Flink exchange",
            "org.apache.flink.runtime.io.network.",
            "org.apache.flink.streaming.runtime.io.",
            "org.apache.flink.streaming.runtime.partitioner.",
            "org.apache.flink.core.memory.",
            "org.apache.flink.runtime.plugable."),
    FLINK("Flink, other", "org.apache.flink."),
    KAFKA("Kafka, other", "org.apache.kafka."),
    OTHER("other", "");

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> packages;

    Stage(String label, String... packages) {
        this.label = label;
        this.packages = List.of(packages);
    }

    /**
     * The stage of the top-most frame that has one: what the JDK does is done for who called it, and what
     * Kafka's producer and consumer share for that one of them.
     *
     * @param classes of the frames, the innermost first
     */
    static Stage of(List<String> classes) {
        Stage vague = OTHER;
        for (String name : classes) {
            Stage stage = ofClass(name);
            if (stage.compareTo(KAFKA) < 0) {
                return stage;
            }
            vague = vague == OTHER ? stage : vague;
        }
        return vague;
    }

    private static Stage ofClass(String name) {
        for (Stage stage : values()) {
            if (stage.packages.stream().anyMatch(name::startsWith)) {
                return stage;
            }
        }
        return OTHER;
    }

    @Override
    public String toString() {
        return label;
    }
}
