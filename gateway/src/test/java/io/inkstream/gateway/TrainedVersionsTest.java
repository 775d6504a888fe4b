package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.TrainingBatch;
import org.junit.jupiter.api.Test;

class TrainedVersionsTest {
    private static final TrainingBatch BATCH = TrainingBatch.newBuilder()
            .addOffsets(range(0, 100, 200))
            .addOffsets(range(1, 50, 60))
            .build();

    @Test
    void aVersionIncludesABatchWhereAllPartitionsHaveComeToItsEnd() {
        assertThat(TrainedVersions.includes(version(range(0, 0, 200), range(1, 0, 60)), BATCH))
                .isTrue();
        assertThat(TrainedVersions.includes(version(range(0, 0, 500), range(1, 0, 500)), BATCH))
                .isTrue();
        assertThat(TrainedVersions.includes(version(range(0, 0, 199), range(1, 0, 60)), BATCH))
                .isFalse();
        assertThat(TrainedVersions.includes(version(range(0, 0, 200), range(1, 0, 59)), BATCH))
                .isFalse();
        assertThat(TrainedVersions.includes(version(range(0, 0, 500)), BATCH)).isFalse();
    }

    @Test
    void itIsTheFirstWhereItsOwnStepWentOverAnEnd() {
        assertThat(TrainedVersions.isFirst(step(range(0, 150, 250)), BATCH)).isTrue();
        assertThat(TrainedVersions.isFirst(step(range(0, 199, 200)), BATCH)).isTrue();
        assertThat(TrainedVersions.isFirst(step(range(0, 200, 300)), BATCH)).isFalse();
        assertThat(TrainedVersions.isFirst(step(range(0, 200, 300), range(1, 55, 70)), BATCH))
                .isTrue();
    }

    private static ModelVersion version(OffsetRange... total) {
        Lineage.Builder lineage = Lineage.newBuilder();
        for (OffsetRange range : total) {
            lineage.addTotalOffsets(range);
        }
        return ModelVersion.newBuilder().setLineage(lineage).build();
    }

    private static ModelVersion step(OffsetRange... own) {
        Lineage.Builder lineage = Lineage.newBuilder();
        for (OffsetRange range : own) {
            lineage.addOffsets(range);
        }
        return ModelVersion.newBuilder().setLineage(lineage).build();
    }

    private static OffsetRange range(int partition, long from, long to) {
        return OffsetRange.newBuilder()
                .setTopic("digits.training")
                .setPartition(partition)
                .setFrom(from)
                .setTo(to)
                .build();
    }
}
