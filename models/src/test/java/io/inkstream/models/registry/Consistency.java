package io.inkstream.models.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import java.util.List;

/** What always holds of a registry in which nobody changes anything at the moment. */
final class Consistency {
    private Consistency() {}

    static void check(ModelRegistry registry) {
        long live = registry.live().map(LivePointer::getVersion).orElse(0L);
        long candidate = registry.candidate().map(Candidate::getVersion).orElse(0L);
        checkHistory(registry, live);
        assertThat(candidate == 0 || candidate != live).isTrue();
        for (long number : registry.versions()) {
            ModelVersion version = registry.version(number).orElseThrow();
            VersionState state = version.getState();
            assertThat(state == VersionState.LIVE)
                    .describedAs("%s, live is %d", version, live)
                    .isEqualTo(number == live);
            assertThat(state == VersionState.CANDIDATE)
                    .describedAs("%s, the candidate is %d", version, candidate)
                    .isEqualTo(number == candidate);
            if (state == VersionState.REJECTED || state == VersionState.RETIRED) {
                assertThat(version.getReason()).isNotEmpty();
            }
        }
    }

    private static void checkHistory(ModelRegistry registry, long live) {
        List<Move> history = registry.history();
        boolean isWhole = history.size() < History.LIMIT;
        long from = isWhole ? 0 : history.get(0).getFrom();
        long count = isWhole ? 0 : history.get(0).getMove() - 1;
        for (Move move : history) {
            count++;
            assertThat(move.getFrom()).describedAs("%s", move).isEqualTo(from);
            assertThat(move.getMove()).describedAs("%s", move).isEqualTo(count);
            from = move.getTo();
        }
        assertThat(from).isEqualTo(live);
        assertThat(registry.live().map(LivePointer::getMove).orElse(0L)).isEqualTo(count);
    }
}
