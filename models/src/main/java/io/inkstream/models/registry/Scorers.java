package io.inkstream.models.registry;

import io.inkstream.schemas.v1.ScorerStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The scorers that have announced themselves. */
final class Scorers {

    private static final Comparator<ScorerStatus> BY_NAME =
            Comparator.comparing(ScorerStatus::getJobId).thenComparingInt(ScorerStatus::getSubtask);

    private final Znodes znodes;

    Scorers(Znodes znodes) {
        this.znodes = znodes;
    }

    /** By job and subtask. */
    List<ScorerStatus> read() {
        return byJob().values().stream().flatMap(List::stream).sorted(BY_NAME).toList();
    }

    /**
     * Those of each job. None are there of a job that restarts, or has ended not long ago: ZooKeeper removes its folder, a
     * container, within a minute or two.
     */
    Map<String, List<ScorerStatus>> byJob() {
        Map<String, List<ScorerStatus>> jobs = new TreeMap<>();
        for (String job : znodes.list(znodes.scorers())) {
            List<ScorerStatus> scorers = new ArrayList<>();
            for (String subtask : znodes.list(znodes.scorersOf(job))) {
                // It may have gone meanwhile.
                read(znodes.scorersOf(job) + "/" + subtask).ifPresent(scorers::add);
            }
            jobs.put(job, scorers);
        }
        return jobs;
    }

    private Optional<ScorerStatus> read(String path) {
        return znodes.read(path).map(node -> MetadataJson.scorer(path, node.json()));
    }
}
