package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StageTest {
    private static final String TASK = "org.apache.flink.streaming.runtime.tasks.StreamTask";
    private static final String SCORER = "io.inkstream.operators.scoring.Scorer";

    @Test
    void usageExample() {
        assertThat(Stage.of(List.of("ai.onnxruntime.OrtSession", "io.inkstream.models.onnx.OnnxScorer", SCORER, TASK)))
                .isEqualTo(Stage.ONNX);
    }

    @Test
    void whatTheJdkDoesIsDoneForItsCaller() {
        assertThat(Stage.of(List.of("java.util.HashMap", SCORER, TASK))).isEqualTo(Stage.OWN);
        assertThat(Stage.of(List.of("java.lang.Thread"))).isEqualTo(Stage.OTHER);
        assertThat(Stage.of(List.of())).isEqualTo(Stage.OTHER);
    }

    @Test
    void whatKafkasClientsShareIsThatOnes() {
        String shared = "org.apache.kafka.common.record.MemoryRecordsBuilder";
        assertThat(Stage.of(List.of(shared, "org.apache.kafka.clients.producer.KafkaProducer", TASK)))
                .isEqualTo(Stage.PRODUCER);
        assertThat(Stage.of(List.of(shared, "org.apache.kafka.clients.consumer.internals.Fetcher")))
                .isEqualTo(Stage.CONSUMER);
        assertThat(Stage.of(List.of(shared, "java.lang.Thread"))).isEqualTo(Stage.KAFKA);
    }

    @Test
    void aSerializerCalledByRocksDbsStateIsProtobuf() {
        assertThat(Stage.of(List.of(
                        "com.google.protobuf.CodedInputStream",
                        "io.inkstream.schemas.v1.SourceState",
                        "org.apache.flink.state.rocksdb.RocksDBValueState",
                        SCORER)))
                .isEqualTo(Stage.PROTOBUF);
    }

    @Test
    void flinksExchangeIsToldFromTheRestOfFlink() {
        assertThat(Stage.of(List.of("org.apache.flink.core.memory.DataOutputSerializer", TASK)))
                .isEqualTo(Stage.EXCHANGE);
        assertThat(Stage.of(List.of(TASK, "org.apache.flink.streaming.runtime.io.StreamOneInputProcessor")))
                .isEqualTo(Stage.FLINK);
    }
}
