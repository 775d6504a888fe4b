package io.inkstream.jobs.chaos;

import io.inkstream.jobs.chaos.Fault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which faults come when: drawn from one number, so that a run can be repeated. */
final class Schedule {
    private static final int CALM_MS = 3_000;
    private static final int SHORTEST_MS = 2_000;
    /** Longer than the sessions and heartbeats of the cluster last, so that some pauses are taken for a death. */
    private static final int LONGEST_MS = 14_000;

    private Schedule() {}

    /**
     * Every kind comes once before one comes for the second time, and so on.
     *
     * @param kinds to choose from
     */
    static List<Fault> of(long seed, int faults, List<Kind> kinds) {
        Random random = new Random(seed);
        List<Fault> schedule = new ArrayList<>();
        while (schedule.size() < faults) {
            List<Kind> round = new ArrayList<>(kinds);
            Collections.shuffle(round, random);
            for (Kind kind : round.subList(0, Math.min(round.size(), faults - schedule.size()))) {
                schedule.add(draw(kind, random));
            }
        }
        return schedule;
    }

    private static Fault draw(Kind kind, Random random) {
        Duration calm = Duration.ofMillis(random.nextInt(CALM_MS));
        int victim = random.nextInt(1 << 10);
        int hold = SHORTEST_MS + random.nextInt(LONGEST_MS - SHORTEST_MS);
        return new Fault(kind, calm, victim, kind.isHeld() ? Duration.ofMillis(hold) : Duration.ZERO);
    }
}
