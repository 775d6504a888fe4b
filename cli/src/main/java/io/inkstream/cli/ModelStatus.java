package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.VersionState;
import java.util.List;
import java.util.Optional;

/** What is live, what is to be, and what the scorers say of it, as it was read. */
record ModelStatus(Optional<LivePointer> live, Optional<Candidate> candidate, List<ScorerStatus> scorers) {

    ModelStatus {
        scorers = List.copyOf(scorers);
    }

    static ModelStatus read(ModelRegistry registry) {
        return new ModelStatus(registry.live(), registry.candidate(), registry.scorers());
    }

    boolean isLive(long version) {
        return live.isPresent() && live.get().getVersion() == version;
    }

    boolean isPinned(long version) {
        return isLive(version) && live.get().getPinned();
    }

    /** What the pointer says goes before what stands beside the version: releases before there were states wrote none. */
    VersionState state(ModelVersion version) {
        return isLive(version.getVersion()) ? VersionState.LIVE : version.getState();
    }

    List<ScorerStatus> loadedBy(long version) {
        return scorers.stream()
                .filter(scorer -> scorer.getLoadedList().contains(version))
                .toList();
    }

    List<ScorerStatus> servedBy(long version) {
        return scorers.stream().filter(scorer -> scorer.getServes() == version).toList();
    }

    /** As the registry names it in its reasons. */
    static String name(ScorerStatus scorer) {
        return "%s/%d in %s".formatted(scorer.getJobId(), scorer.getSubtask(), scorer.getProcess());
    }
}
