package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.junit.jupiter.api.Test;

class SafelyClosedWriterTest {

    @Test
    void whatWasNotSentFailsAFlushAndNotTheCloseAfterIt() {
        Fenced fenced = new Fenced();
        SafelyClosedWriter<String> writer = new SafelyClosedWriter<>(fenced);

        assertThatThrownBy(() -> writer.flush(false)).hasMessage("Producer attempted to produce with an old epoch.");
        assertThatCode(writer::close).doesNotThrowAnyException();
        assertThat(fenced.closed).isTrue();
    }

    /** Fails as Kafka's does once another one has its transactional id. */
    private static final class Fenced
            implements PrecommittingStatefulSinkWriter<String, KafkaWriterState, KafkaCommittable> {
        private boolean closed;

        @Override
        public void write(String element, Context context) {}

        @Override
        public void flush(boolean endOfInput) throws IOException {
            throw new IOException("Producer attempted to produce with an old epoch.");
        }

        @Override
        public Collection<KafkaCommittable> prepareCommit() {
            return List.of();
        }

        @Override
        public List<KafkaWriterState> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public void close() throws IOException {
            closed = true;
            throw new IOException("One or more Kafka Producer send requests have encountered exception");
        }
    }
}
