package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks that a lineage accounts for each record once. */
final class Lineages {

    private Lineages() {}

    /**
     * Asserts that each version goes on from the one before and that its offsets begin where those before ended.
     *
     * @param versions one line of descent, ascending
     * @return for each partition the offset after the last
     */
    static Map<Integer, Long> requireGapless(List<ModelVersion> versions) {
        Map<Integer, Long> ends = new HashMap<>();
        long parent = 0;
        for (ModelVersion version : versions) {
            Lineage lineage = version.getLineage();
            assertThat(lineage.getParent()).isEqualTo(parent);
            parent = version.getVersion();
            long records = 0;
            for (OffsetRange range : lineage.getOffsetsList()) {
                assertThat(range.getFrom())
                        .as("version %d, partition %d", version.getVersion(), range.getPartition())
                        .isEqualTo(ends.getOrDefault(range.getPartition(), 0L));
                ends.put(range.getPartition(), range.getTo());
                records += range.getTo() - range.getFrom();
            }
            assertThat(records)
                    .isEqualTo(
                            lineage.getSamplesTrained() + lineage.getSamplesRejected() + lineage.getSamplesHeldOut());
        }
        return ends;
    }
}
