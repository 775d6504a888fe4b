package io.inkstream.operators.feedback;

import io.inkstream.models.accuracy.Judged;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.RolloutView;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The newest evaluations of the versions that had labels last, and which of them are live and the one before. Metrics read
 * it in threads of their own.
 */
final class ServedVersions {

    /** Some 600 bytes each, in every checkpoint. Live and the one before it are kept in any case. */
    static final int LIMIT = 200;

    /** In the order of their last evaluation. */
    private final Map<Long, LiveEvaluation> evaluations = new LinkedHashMap<>();

    private RolloutView view = RolloutView.getDefaultInstance();

    void restore(List<LiveEvaluation> oldestFirst) {
        oldestFirst.forEach(this::put);
    }

    synchronized void put(LiveEvaluation evaluation) {
        evaluations.remove(evaluation.getVersion());
        evaluations.put(evaluation.getVersion(), evaluation);
        Iterator<Long> oldest = evaluations.keySet().iterator();
        while (evaluations.size() > LIMIT) {
            long version = oldest.next();
            if (version != live() && version != previous()) {
                oldest.remove();
            }
        }
    }

    synchronized void follow(RolloutView next) {
        view = next;
    }

    /** 0 where there is none, also below. */
    synchronized long live() {
        return view.getLive().getPointer().getVersion();
    }

    synchronized long move() {
        return view.getLive().getPointer().getMove();
    }

    synchronized long previous() {
        return view.getPrevious();
    }

    /** Without labels where none have come. */
    synchronized Judged judged(long version, Function<LiveEvaluation, Confusion> labels) {
        return Judged.of(labels.apply(evaluations.getOrDefault(version, LiveEvaluation.getDefaultInstance())));
    }

    synchronized Collection<LiveEvaluation> oldestFirst() {
        return evaluations.values();
    }
}
