package io.inkstream.jobs.chaos;

import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.VersionState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Each acknowledged image has one committed prediction, in the order of its source, numbered without a gap, by a version
 * that was live, and that is not older than the one before unless somebody went back to it.
 *
 * <p>An image's id is its number among its source's, so all that must come out is known.
 */
final class PredictionCheck {
    private static final Set<VersionState> ONCE_LIVE = Set.of(VersionState.LIVE, VersionState.RETIRED);

    private final Map<String, Long> acknowledged;
    private final Set<Long> versions;
    private final Set<Long> goneBackTo;
    private final Map<String, Prediction> latest = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    private PredictionCheck(Map<String, Long> acknowledged, List<ModelVersion> versions, List<Move> history) {
        this.acknowledged = acknowledged;
        this.versions = versions.stream()
                .filter(version -> ONCE_LIVE.contains(version.getState()))
                .map(ModelVersion::getVersion)
                .collect(Collectors.toSet());
        this.goneBackTo = history.stream()
                .filter(move -> move.getTo() < move.getFrom())
                .map(Move::getTo)
                .collect(Collectors.toSet());
    }

    /**
     * Looks for what is wrong.
     *
     * @param acknowledged for each source how many images Kafka has
     * @param predictions those of one source in the order in which they stand in their partition
     */
    static List<String> violations(
            Map<String, Long> acknowledged,
            List<Prediction> predictions,
            List<ModelVersion> versions,
            List<Move> history) {
        PredictionCheck check = new PredictionCheck(acknowledged, versions, history);
        predictions.forEach(check::look);
        acknowledged.forEach(check::lookAtTheEnd);
        return check.violations;
    }

    private void look(Prediction prediction) {
        Prediction before = latest.put(prediction.getSource(), prediction);
        long expected = before == null ? 1 : Long.parseLong(before.getId()) + 1;
        long sequence = before == null ? 1 : before.getSequence() + 1;
        require(prediction.getId().equals(Long.toString(expected)), prediction, "image %d was to come", expected);
        require(prediction.getSequence() == sequence, prediction, "sequence %d was to come", sequence);
        long version = prediction.getModelVersion();
        require(versions.contains(version), prediction, "version %d was never live", version);
        if (before != null && version < before.getModelVersion()) {
            require(
                    goneBackTo.contains(version),
                    prediction,
                    "version %d comes after %d, and nobody went back",
                    version,
                    before.getModelVersion());
        }
    }

    private void lookAtTheEnd(String source, long images) {
        Prediction last = latest.get(source);
        String end = last == null ? "0" : last.getId();
        if (!end.equals(Long.toString(images))) {
            violations.add("%s: predictions end at image %s of %d".formatted(source, end, images));
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // with an annotation of Error Prone's, which is no dependency
    private void require(boolean isSo, Prediction prediction, String otherwise, Object... values) {
        if (!isSo) {
            violations.add("%s, image %s, sequence %d: "
                            .formatted(prediction.getSource(), prediction.getId(), prediction.getSequence())
                    + otherwise.formatted(values));
        } else if (!acknowledged.containsKey(prediction.getSource())) {
            violations.add("source %s sent nothing".formatted(prediction.getSource()));
        }
    }
}
