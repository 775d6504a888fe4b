package io.inkstream.jobs.chaos;

import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import java.util.ArrayList;
import java.util.List;

/** One version is live, the one that the pointer names and to which an unbroken history leads. */
final class RegistryCheck {

    private RegistryCheck() {}

    static List<String> violations(List<ModelVersion> versions, LivePointer live, List<Move> history) {
        List<String> violations = new ArrayList<>();
        List<Long> alive = versions.stream()
                .filter(version -> version.getState() == VersionState.LIVE)
                .map(ModelVersion::getVersion)
                .toList();
        if (!alive.equals(List.of(live.getVersion()))) {
            violations.add(
                    "live is %d, and the versions whose state is LIVE are %s".formatted(live.getVersion(), alive));
        }
        long before = 0;
        for (Move move : history) {
            if (move.getFrom() != before) {
                violations.add(
                        "move %d goes from %d, where %d was live".formatted(move.getMove(), move.getFrom(), before));
            }
            before = move.getTo();
        }
        if (before != live.getVersion()) {
            violations.add("live is %d, and the history ends at %d".formatted(live.getVersion(), before));
        }
        return violations;
    }
}
