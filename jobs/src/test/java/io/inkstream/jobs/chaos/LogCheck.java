package io.inkstream.jobs.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Flink's logs tell of restarts, and of transactions that could not be committed, only where a fault explains them: a job
 * that goes on restarting when all is well again is in a loop.
 */
final class LogCheck {
    /** A restart may come of what was away a while ago: a heartbeat, a request that times out. */
    private static final Duration AFTERMATH = Duration.ofSeconds(15);

    private static final Pattern TIME = Pattern.compile("^(\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2},\\d{3}) ");
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

    private static final Pattern RESTART = Pattern.compile("Job .* switched from state RUNNING to RESTARTING");

    /** What Flink logs of a job that restarts, and its Kafka sink of a commit that failed. */
    private static final Pattern TOLD =
            Pattern.compile(RESTART + "|Job .* switched from state RUNNING to FAILING|Unable to commit transaction"
                    + "|data has been potentially lost");

    private LogCheck() {}

    /** @param log the lines of a JobManager or TaskManager */
    static List<String> violations(Stream<String> log, List<Recovery> recoveries) {
        List<String> violations = new ArrayList<>();
        AtomicReference<Instant> time = new AtomicReference<>(Instant.MIN);
        log.forEach(line -> {
            time(line).ifPresent(time::set);
            if (TOLD.matcher(line).find()
                    && recoveries.stream().noneMatch(recovery -> explains(recovery, time.get()))) {
                violations.add("no fault explains: " + line);
            }
        });
        return violations;
    }

    /** How often a job was restarted. */
    static long restarts(Stream<String> log) {
        return log.filter(line -> RESTART.matcher(line).find()).count();
    }

    private static boolean explains(Recovery recovery, Instant moment) {
        return !moment.isBefore(recovery.from())
                && !moment.isAfter(recovery.over().plus(AFTERMATH));
    }

    /** Empty within a stack trace. */
    private static Optional<Instant> time(String line) {
        Matcher time = TIME.matcher(line);
        return time.find()
                ? Optional.of(LocalDateTime.parse(time.group(1), FORMAT)
                        .atZone(ZoneId.systemDefault())
                        .toInstant())
                : Optional.empty();
    }
}
