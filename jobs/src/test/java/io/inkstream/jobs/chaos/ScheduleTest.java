package io.inkstream.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.jobs.chaos.Fault.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final List<Kind> ALL = List.of(Kind.values());

    @Test
    void theSeedDecides() {
        assertThat(Schedule.of(1, 60, ALL)).isEqualTo(Schedule.of(1, 60, ALL)).isNotEqualTo(Schedule.of(2, 60, ALL));
    }

    @Test
    void everyKindComesBeforeOneComesAgain() {
        assertThat(Schedule.of(1, ALL.size(), ALL)).extracting(Fault::kind).containsExactlyInAnyOrder(Kind.values());
        assertThat(Schedule.of(1, 60, ALL)).hasSize(60);
    }

    @Test
    void recoveryIsCountedFromTheKillOrFromTheEndOfThePause() {
        Instant from = Instant.ofEpochSecond(100);
        Fault kill = new Fault(Kind.TASK_MANAGER_KILLED, Duration.ZERO, 0, Duration.ZERO);
        Fault pause = new Fault(Kind.TASK_MANAGER_PAUSED, Duration.ZERO, 0, Duration.ofSeconds(8));
        List<Recovery> recoveries = List.of(
                new Recovery(kill, from, from.plusSeconds(1), from.plusSeconds(3), from.plusSeconds(4)),
                new Recovery(kill, from, from.plusSeconds(1), from.plusSeconds(5), from.plusSeconds(9)),
                new Recovery(pause, from, from.plusSeconds(8), from.plusSeconds(10), from.plusSeconds(12)));

        assertThat(new RecoveryTable(7, recoveries).text().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "| fault | count | predictions: s | at most | versions: s | at most |",
                        "|---|---|---|---|---|---|",
                        "| kill -9 of a TaskManager | 2 | 4.0 | 5.0 | 6.5 | 9.0 |",
                        "| a TaskManager paused | 1 | 2.0 | 2.0 | 4.0 | 4.0 |");
        assertThat(new RecoveryTable(7, recoveries).json()).contains("\"seed\": 7", "\"predictionsMax\": 5.0");
    }
}
