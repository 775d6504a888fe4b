package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.inkstream.gateway.BatchProgress.Place;
import io.inkstream.schemas.v1.OffsetRange;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BatchProgressTest {
    @Test
    void usageExample() {
        BatchProgress first = BatchProgress.NOTHING.and(List.of(at(0, 100), at(1, 7), at(0, 101)));
        BatchProgress restored = BatchProgress.of(first.toCommit());

        assertThat(restored).isEqualTo(first);
        assertThat(restored.images()).isEqualTo(3);
        assertThat(restored.places()).isEqualTo(Map.of(0, new Place(100, 102), 1, new Place(7, 8)));
    }

    @Test
    void itGoesOnFromWhatIsCommitted() {
        BatchProgress committed =
                BatchProgress.of(BatchProgress.NOTHING.and(List.of(at(0, 100))).toCommit());
        // The marker of the transaction takes an offset, and others may have written in between.
        BatchProgress next = committed.and(List.of(at(0, 102), at(2, 5)));

        assertThat(next.images()).isEqualTo(3);
        assertThat(next.offsets("digits.training"))
                .extracting(OffsetRange::getPartition, OffsetRange::getFrom, OffsetRange::getTo)
                .containsExactly(tuple(0, 100L, 103L), tuple(2, 5L, 6L));
    }

    @Test
    void whereNothingIsCommittedItBeginsAtTheFirst() {
        assertThat(BatchProgress.of(null)).isEqualTo(BatchProgress.NOTHING);
    }

    private static RecordMetadata at(int partition, long offset) {
        return new RecordMetadata(new TopicPartition("digits.training", partition), offset, 0, 0, 0, 0);
    }
}
