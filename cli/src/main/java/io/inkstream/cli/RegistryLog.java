package io.inkstream.cli;

import com.google.gson.JsonNull;
import com.google.protobuf.Message;
import io.inkstream.cli.RegistryChange.Kind;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.ScorerStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * Tells what has changed in a registry from one look at it to the next; the first look is told as a change from nothing,
 * of the versions only the newest.
 *
 * <p>What changes twice between two looks is seen once.
 */
final class RegistryLog {
    private final LongFunction<Optional<ModelVersion>> metadata;
    private final List<RegistryChange> changes = new ArrayList<>();
    private ModelStatus status = new ModelStatus(Optional.empty(), Optional.empty(), List.of());
    private SortedSet<Long> versions = new TreeSet<>();
    private boolean looked;

    /** @param metadata reads those of a version */
    RegistryLog(LongFunction<Optional<ModelVersion>> metadata) {
        this.metadata = metadata;
    }

    /** In the order in which things usually happen: published, proposed, answered, live. */
    List<RegistryChange> changesTo(ModelStatus next, List<Long> nextVersions) {
        changes.clear();
        SortedSet<Long> numbers = new TreeSet<>(nextVersions);
        versions(numbers);
        candidate(next);
        scorers(next.scorers());
        live(next);
        status = next;
        versions = numbers;
        looked = true;
        return List.copyOf(changes);
    }

    private void versions(SortedSet<Long> next) {
        for (long number : next) {
            if (looked ? !versions.contains(number) : number == next.last()) {
                // It may have been deleted meanwhile: then the next look tells that.
                metadata.apply(number).ifPresent(version -> add(Kind.VERSION, number, published(version), version));
            }
        }
        versions.stream()
                .filter(number -> !next.contains(number))
                .forEach(number -> add(Kind.DELETED, number, "%d is deleted".formatted(number), null));
    }

    private static String published(ModelVersion version) {
        return "%d is published: prequential %s, holdout %s"
                .formatted(
                        version.getVersion(),
                        VersionTable.percent(VersionTable.prequential(version.getLineage())),
                        VersionTable.percent(version.getHoldout().getScore()));
    }

    private void candidate(ModelStatus next) {
        Optional<Candidate> now = proposed(next);
        Optional<Candidate> before = proposed(status);
        if (now.equals(before)) {
            return;
        }
        long stays = now.map(Candidate::getVersion).orElse(0L);
        before.map(Candidate::getVersion)
                .filter(was -> was != stays && !next.isLive(was))
                .ifPresent(this::noLonger);
        now.ifPresent(candidate -> {
            long number = candidate.getVersion();
            String pin = candidate.getPin() ? ", to be pinned" : "";
            String by = VersionTable.who(candidate.getBy(), candidate.getWhy());
            add(Kind.CANDIDATE, number, "%d is proposed%s by %s".formatted(number, pin, by), candidate);
        });
    }

    /** What waits behind it is told when its turn comes. */
    private static Optional<Candidate> proposed(ModelStatus of) {
        return of.candidate().map(candidate -> candidate.toBuilder().clearNext().build());
    }

    private void noLonger(long was) {
        String became = metadata.apply(was)
                .map(version -> version.getState() + ", " + version.getReason())
                .orElse("deleted");
        add(Kind.CANDIDATE, was, "%d is the candidate no longer: %s".formatted(was, became), null);
    }

    private void live(ModelStatus next) {
        Optional<LivePointer> before = status.live();
        if (next.live().isEmpty() || next.live().equals(before)) {
            return;
        }
        LivePointer now = next.live().get();
        String by = VersionTable.who(now.getBy(), now.getWhy());
        long number = now.getVersion();
        if (before.isEmpty() || before.get().getMove() != now.getMove()) {
            String from =
                    before.map(live -> "%d -> ".formatted(live.getVersion())).orElse("");
            add(Kind.LIVE, number, "%s%d%s by %s".formatted(from, number, now.getPinned() ? ", pinned" : "", by), now);
        } else if (before.get().getPinned() != now.getPinned()) {
            add(Kind.PIN, number, "%d is %s by %s".formatted(number, now.getPinned() ? "pinned" : "unpinned", by), now);
        }
    }

    private void scorers(List<ScorerStatus> next) {
        Map<String, ScorerStatus> before = byName(status.scorers());
        Map<String, ScorerStatus> now = byName(next);
        before.forEach((name, scorer) -> {
            if (!now.containsKey(name)) {
                add(Kind.SCORER, scorer.getServes(), name + " has gone", null);
            }
        });
        now.forEach((name, scorer) -> scorer(name, before.get(name), scorer));
    }

    private static Map<String, ScorerStatus> byName(List<ScorerStatus> scorers) {
        Map<String, ScorerStatus> byName = new LinkedHashMap<>();
        scorers.forEach(scorer -> byName.put(ModelStatus.name(scorer), scorer));
        return byName;
    }

    /** @param before null for one that is new */
    private void scorer(String name, ScorerStatus before, ScorerStatus now) {
        ScorerStatus was = Objects.requireNonNullElse(before, ScorerStatus.getDefaultInstance());
        if (before == null) {
            add(Kind.SCORER, now.getServes(), name + " is there", now);
        }
        for (long loaded : now.getLoadedList()) {
            if (!was.getLoadedList().contains(loaded)) {
                add(Kind.SCORER, loaded, "%s has loaded %d".formatted(name, loaded), now);
            }
        }
        Refusal refused = now.getRefused();
        if (now.hasRefused() && !refused.equals(was.getRefused())) {
            add(
                    Kind.SCORER,
                    refused.getVersion(),
                    "%s refuses %d: %s".formatted(name, refused.getVersion(), refused.getReason()),
                    now);
        }
        if (now.getServes() != was.getServes()) {
            add(Kind.SCORER, now.getServes(), "%s serves %d".formatted(name, now.getServes()), now);
        }
    }

    private void add(Kind kind, long version, String text, Message message) {
        changes.add(new RegistryChange(kind, version, text, message == null ? JsonNull.INSTANCE : Json.of(message)));
    }
}
