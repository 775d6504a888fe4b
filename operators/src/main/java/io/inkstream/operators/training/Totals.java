package io.inkstream.operators.training;

import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.VersionCutterState;
import java.util.List;

/** Sums up along the lineage what single versions were trained on. */
final class Totals {

    private long trained;
    private long heldOut;
    private Score prequential;
    private List<OffsetRange> offsets;
    private final ScoreWindow window;

    Totals(VersionCutterState restored) {
        trained = restored.getTotalSamplesTrained();
        heldOut = restored.getTotalSamplesHeldOut();
        prequential = restored.getTotalPrequential();
        offsets = restored.getTotalOffsetsList();
        window = new ScoreWindow(restored.getWindowList());
    }

    /** Of a cutter whose first version goes on from the one with that lineage. */
    static VersionCutterState after(Lineage lineage) {
        return VersionCutterState.newBuilder()
                .setTotalSamplesTrained(lineage.getTotalSamplesTrained())
                .setTotalPrequential(lineage.getTotalPrequential())
                .setTotalSamplesHeldOut(lineage.getTotalSamplesHeldOut())
                .addAllTotalOffsets(lineage.getTotalOffsetsList())
                .build();
    }

    void add(TrainerUpdate update) {
        trained += update.getSamplesTrained();
        heldOut += update.getHeldOutCount();
        prequential = Updates.sum(prequential, update.getPrequential());
        offsets = Ranges.span(offsets, update.getOffsetsList());
        window.add(update.getPrequential());
    }

    void describe(Lineage.Builder lineage) {
        lineage.setTotalSamplesTrained(trained)
                .setTotalSamplesHeldOut(heldOut)
                .setTotalPrequential(prequential)
                .setWindowPrequential(window.sum())
                .addAllTotalOffsets(offsets);
    }

    void saveTo(VersionCutterState.Builder state) {
        state.setTotalSamplesTrained(trained)
                .setTotalSamplesHeldOut(heldOut)
                .setTotalPrequential(prequential)
                .addAllTotalOffsets(offsets)
                .addAllWindow(window.scores());
    }
}
