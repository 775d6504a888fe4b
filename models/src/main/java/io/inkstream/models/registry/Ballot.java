package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.ScorerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the scorers say about a candidate.
 *
 * @param refusal what the first one that refuses it says, with its name
 * @param waitingFor the names of those that have neither loaded nor refused it, and how many are missing beside others of
 *     their job
 * @param gone the jobs none of whose scorers is there, but was not long ago: they restart, or have ended
 */
record Ballot(Optional<String> refusal, List<String> waitingFor, List<String> gone) {

    static Ballot of(Candidate candidate, Map<String, List<ScorerStatus>> jobs) {
        List<String> refusals = new ArrayList<>();
        List<String> waitingFor = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        jobs.forEach((job, scorers) -> {
            for (ScorerStatus scorer : scorers) {
                if (refuses(scorer, candidate)) {
                    refusals.add(
                            "%s: %s".formatted(name(scorer), scorer.getRefused().getReason()));
                } else if (!scorer.getLoadedList().contains(candidate.getVersion())) {
                    // What is loaded is loaded, whichever attempt it was loaded for: a version's bytes never change.
                    waitingFor.add(name(scorer));
                }
            }
            int all = scorers.stream().mapToInt(ScorerStatus::getScorers).max().orElse(0);
            if (scorers.isEmpty()) {
                gone.add("the scorers of job %s, which have gone".formatted(job));
            } else if (scorers.size() < all) {
                waitingFor.add("%d of the %d scorers of job %s, which are not there"
                        .formatted(all - scorers.size(), all, job));
            }
        });
        return new Ballot(refusals.stream().findFirst(), waitingFor, gone);
    }

    List<String> open() {
        return Stream.concat(waitingFor.stream(), gone.stream()).toList();
    }

    private static boolean refuses(ScorerStatus scorer, Candidate candidate) {
        Refusal refused = scorer.getRefused();
        return scorer.hasRefused()
                && refused.getVersion() == candidate.getVersion()
                && refused.getAttempt() == candidate.getAttempt();
    }

    private static String name(ScorerStatus scorer) {
        return "scorer %s/%d in %s".formatted(scorer.getJobId(), scorer.getSubtask(), scorer.getProcess());
    }
}
