package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.inkstream.bench.RolloutTrial.Phase;
import io.inkstream.schemas.v1.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutsTest {
    private static final long MS = 1_000_000;

    @Test
    void aRolloutIsTimedByItsLastScorerAndSpreadFromTheFirst() {
        Rollouts.Timing timing =
                Rollouts.Timing.of(7, 1_000 * MS, 1_200 * MS, List.of(1_215 * MS, 1_210 * MS, 1_240 * MS));

        assertThat(timing).isEqualTo(new Rollouts.Timing(7, 200, 40, 30));
        assertThat(timing.whole()).isEqualTo(240);
    }

    @Test
    void aPhaseHasTheImagesThatWereDueInIt() {
        Phase phase = new Phase(1, true, 1_000 * MS, 3_000 * MS);

        assertThat(phase.contains(captured(1_000 * MS - 1))).isFalse();
        assertThat(phase.contains(captured(1_000 * MS))).isTrue();
        assertThat(phase.contains(captured(3_000 * MS))).isFalse();
        assertThat(phase.seconds()).isEqualTo(2);
    }

    @Test
    void theClockTellsPartsOfAMillisecond() {
        long before = SteadyLoad.now();
        long after = before;
        while (after == before) {
            after = SteadyLoad.now();
        }

        assertThat(after - before).isPositive();
        assertThat(Timestamps.toNanos(Timestamps.now())).isGreaterThanOrEqualTo(after);
    }

    private static Prediction captured(long nanos) {
        return Prediction.newBuilder().setCaptured(Timestamps.fromNanos(nanos)).build();
    }
}
