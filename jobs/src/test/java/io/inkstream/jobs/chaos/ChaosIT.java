package io.inkstream.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.jobs.chaos.Fault.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The whole system on a cluster of processes, under load, while one process after the other dies or stands still, sessions
 * expire and HDFS is full. What it has left behind in the end is read by code apart from it.
 *
 * <p>{@code -Dinkstream.chaos.seed=N} repeats a run's schedule; {@code -Pchaos} is the long form.
 */
@Timeout(7_200)
@SuppressWarnings("try") // close() may throw InterruptedException, which whoever closes it wants to see
class ChaosIT {
    private static final long SEED = Long.getLong("inkstream.chaos.seed", 20_261_125);
    private static final int FAULTS = Integer.getInteger("inkstream.chaos.faults", 7);
    private static final Duration LASTS = Duration.ofMinutes(Integer.getInteger("inkstream.chaos.minutes", 0));
    /** Names of kinds, comma-separated; empty for the first {@code FAULTS} of all. */
    private static final String KINDS = System.getProperty("inkstream.chaos.kinds", "");

    private static final Path REPORT = Path.of("target", "chaos.json");

    @Test
    void nothingIsLostRepeatedOrForgotten() throws Exception {
        List<Fault> schedule = Schedule.of(SEED, FAULTS, kinds());
        System.out.printf("Chaos, seed %d%n", SEED);
        schedule.forEach(System.out::println);
        Images images = new Images();
        try (Site site = Site.start();
                Evidence evidence = new Evidence(site.kafka(), site.zookeeper(), site.root(), Site.MODEL);
                Trial trial = new Trial(site, evidence, images, SEED)) {
            trial.awaitFlow();
            List<Recovery> recoveries = undergo(schedule, trial);
            report(new RecoveryTable(SEED, recoveries));
            Trial.Sent sent = trial.finish();
            site.stopJobs();
            assertThat(LogCheck.restarts(site.logs().stream()))
                    .as("each TaskManager that was killed had tasks")
                    .isGreaterThanOrEqualTo(schedule.stream()
                            .filter(fault -> fault.kind() == Kind.TASK_MANAGER_KILLED)
                            .count());
            assertThat(Verdict.of(evidence, sent, images, site.logs(), recoveries))
                    .isEmpty();
        }
    }

    /** A short run does each of the first once. */
    private static List<Kind> kinds() {
        if (!KINDS.isEmpty()) {
            return Stream.of(KINDS.split(",")).map(Kind::valueOf).toList();
        }
        List<Kind> all = List.of(Kind.values());
        return all.subList(0, Math.min(FAULTS, all.size()));
    }

    private static List<Recovery> undergo(List<Fault> schedule, Trial trial) throws Exception {
        List<Recovery> recoveries = new ArrayList<>();
        Instant start = Instant.now();
        for (Fault fault : schedule) {
            // Spread over the time that the run is to last.
            Instant turn = start.plus(LASTS.multipliedBy(recoveries.size()).dividedBy(FAULTS));
            await().atMost(LASTS.plusMinutes(1)).until(() -> !Instant.now().isBefore(turn));
            Recovery recovery = trial.undergo(fault);
            recoveries.add(recovery);
            System.out.printf(
                    "%s: predictions after %d ms, a version after %d ms%n",
                    fault,
                    recovery.ofPredictions().toMillis(),
                    recovery.ofVersions().toMillis());
        }
        return recoveries;
    }

    private static void report(RecoveryTable table) throws Exception {
        System.out.print(table.text());
        Files.writeString(REPORT, table.json());
    }
}
