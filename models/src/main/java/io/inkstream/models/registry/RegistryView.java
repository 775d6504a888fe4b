package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is live and what is to be, as they stood together: a candidate that becomes live goes from the one to the other
 * at once, and is never in neither.
 *
 * @param previous the version that was live before what is, where the history knows and a watch tells
 */
public record RegistryView(Optional<LiveVersion> live, Optional<CandidateVersion> candidate, OptionalLong previous) {

    /** The candidate with its metadata. */
    public record CandidateVersion(Candidate candidate, ModelVersion version) {}

    static RegistryView read(Znodes znodes) {
        Standing standing = Standing.read(znodes);
        while (true) {
            Optional<LiveVersion> live = standing.live().flatMap(stored -> point(znodes, stored.message()));
            if (live.isPresent() == standing.live().isPresent()) {
                return new RegistryView(
                        live,
                        standing.candidate().flatMap(stored -> complete(znodes, stored.message())),
                        OptionalLong.empty());
            }
            // It may have been deleted after the pointer moved on.
            Standing now = Standing.read(znodes);
            if (now.live().equals(standing.live())) {
                throw new RegistryException(
                        "live version %d has no metadata in %s".formatted(standing.liveVersion(), znodes.versions()));
            }
            standing = now;
        }
    }

    RegistryView with(OptionalLong version) {
        return new RegistryView(live, candidate, version);
    }

    private static Optional<LiveVersion> point(Znodes znodes, LivePointer pointer) {
        return Standing.readVersion(znodes, pointer.getVersion())
                .map(version -> LiveVersion.newBuilder()
                        .setPointer(pointer)
                        .setVersion(version.message())
                        .build());
    }

    /** One that has no metadata is no candidate: nobody can load it. */
    private static Optional<CandidateVersion> complete(Znodes znodes, Candidate candidate) {
        return Standing.readVersion(znodes, candidate.getVersion())
                .map(version -> new CandidateVersion(candidate, version.message()));
    }
}
