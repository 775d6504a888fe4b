package io.inkstream.jobs.chaos;

import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import java.util.ArrayList;
import java.util.List;

/** Each version goes on from the one before it, and each labelled image is in the step of one version. */
final class LineageCheck {
    private final List<String> violations = new ArrayList<>();
    private ModelVersion parent = ModelVersion.getDefaultInstance();
    private long end;

    private LineageCheck() {}

    /**
     * Looks for what is wrong.
     *
     * @param versions ascending, of a topic with one partition
     * @param acknowledged how many labelled images Kafka has
     */
    static List<String> violations(List<ModelVersion> versions, long acknowledged) {
        LineageCheck check = new LineageCheck();
        versions.forEach(check::look);
        check.require(check.end == acknowledged, "offsets end at %d of %d", check.end, acknowledged);
        return check.violations;
    }

    private void look(ModelVersion version) {
        Lineage lineage = version.getLineage();
        String name = "version " + version.getVersion();
        require(
                lineage.getParent() == parent.getVersion(),
                "%s: its parent is %d, the version before it is %d",
                name,
                lineage.getParent(),
                parent.getVersion());
        long records = 0;
        for (OffsetRange range : lineage.getOffsetsList()) {
            require(range.getPartition() == 0, "%s: partition %d", name, range.getPartition());
            require(range.getFrom() == end, "%s: from offset %d, not %d", name, range.getFrom(), end);
            records += range.getTo() - range.getFrom();
            end = range.getTo();
        }
        long accounted = lineage.getSamplesTrained() + lineage.getSamplesHeldOut() + lineage.getSamplesRejected();
        require(accounted == records, "%s: %d offsets, %d images accounted for", name, records, accounted);
        long total = parent.getLineage().getTotalSamplesTrained() + lineage.getSamplesTrained();
        require(
                lineage.getTotalSamplesTrained() == total,
                "%s: %d samples in all, not %d",
                name,
                lineage.getTotalSamplesTrained(),
                total);
        parent = version;
    }

    @SuppressWarnings("AnnotateFormatMethod") // with an annotation of Error Prone's, which is no dependency
    private void require(boolean isSo, String otherwise, Object... values) {
        if (!isSo) {
            violations.add(otherwise.formatted(values));
        }
    }
}
