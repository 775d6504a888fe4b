package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.datasets.Dataset;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Prediction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class WholeLoopIT {

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        Dataset digits = Loop.samples();
        try (Loop loop = new Loop(sandbox)) {
            loop.submit(loop.scoring());
            loop.produceUnlabeled(digits.slice(9_000, 10_000), "scanner");

            loop.produceLabeled(digits.slice(0, 4_000));
            loop.awaitFinished(loop.submit(loop.training().bounded()));

            ModelVersion last = loop.newestVersion();
            assertThat(last.getLineage().getTotalSamplesTrained()).isEqualTo(4_000);
            List<Prediction> predictions = loop.awaitPredictions(1_000);
            assertThat(predictions)
                    .extracting(Prediction::getId)
                    .containsExactlyElementsOf(ids(digits.slice(9_000, 10_000)));
            assertThat(predictions)
                    .extracting(Prediction::getSequence)
                    .isSorted()
                    .endsWith(1_000L);
        }
    }

    @Test
    void versionsFollowEachOtherWithoutGapOrOverlap(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            loop.submit(loop.training());
            Dataset digits = Loop.samples();
            for (long from = 0; from < 1_600; from += 320) {
                long trained = from + 320;
                loop.produceLabeled(digits.slice(from, trained));
                loop.awaitVersion(version -> version.getLineage().getTotalSamplesTrained() == trained);
            }
            long parent = 0;
            long offset = 0;
            for (ModelVersion version : loop.allVersions()) {
                assertThat(version.getLineage().getParent()).isEqualTo(parent);
                OffsetRange range = version.getLineage().getOffsets(0);
                assertThat(range.getFrom()).isEqualTo(offset);
                assertThat(range.getTo() - range.getFrom())
                        .isEqualTo(version.getLineage().getSamplesTrained());
                parent = version.getVersion();
                offset = range.getTo();
            }
            assertThat(offset).isEqualTo(1_600);
            // It is registered first and live a little later.
            long newest = parent;
            await().atMost(Loop.PATIENCE)
                    .until(() ->
                            loop.registry().live().map(LivePointer::getVersion).orElse(0L) == newest);
        }
    }

    private static List<String> ids(Iterable<LabeledImage> images) {
        List<String> ids = new ArrayList<>();
        images.forEach(image -> ids.add(image.getImage().getId()));
        return ids;
    }
}
